import type { Writable } from 'node:stream';
import { consumerEnvironment } from '../core/environment';
import { domains } from '../domains';
import { whatToDo } from './advice';
import { createClients, leaseRequestMs, type Clients } from './clients';
import { ConfigurationError, configurationDefaults, parseConfiguration, type Configuration } from './configuration';
import { logKclEvent, logPipelineEvent } from './event-log';
import { KclError, replayRange, systemClock, type ReplayResult, type ShardProcessor, type ShardProcessorFactory } from './kcl';
import { Logger } from './logger';
import { createTelemetryProcessors, FirehoseDelivery, type PipelineEvent } from './pipeline';
import { parseReplayArguments, replayHelp, ReplayUsageError, type ReplayArguments } from './replay-options';
import { ReplayReport } from './replay-report';
import { reporting } from './reporting-delivery';
import { Totals } from './totals';

/** What a replay needs of the outside. */
export interface ReplayIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The result. */
  readonly out: Writable;
  /** Progress, warnings and errors. */
  readonly err: Writable;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The command's exit codes, as `--help` tells them. */
export const replayExitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs the command; gives its exit code and never rejects. */
export async function replayCommand(argv: readonly string[], io: ReplayIo): Promise<number> {
  try {
    const asked = parseReplayArguments(argv);
    if (asked === undefined) {
      io.out.write(replayHelp);
      return replayExitCodes.done;
    }
    return await replay(asked, io);
  } catch (error: unknown) {
    return explain(error, io.err);
  }
}

/** What the environment says, as far as the processor asks for it. */
interface Setting {
  readonly stream: string;
  readonly liveApplication: string | undefined;
  readonly failoverTimeMs: number;
  readonly graceMs: number;
  /** Undefined when nothing is delivered. */
  readonly configuration: Configuration | undefined;
}

async function replay(asked: ReplayArguments, io: ReplayIo): Promise<number> {
  const { configuration, failoverTimeMs, graceMs, liveApplication, stream } = settingFor(asked, io.environment);
  const { application, deleteTable, from, to } = asked;
  const clients = createClients({ leaseRequestMs: leaseRequestMs(failoverTimeMs) });
  const logger = new Logger({ out: io.err, clock: systemClock, level: 'warn' });
  const report = new ReplayReport({ out: io.err, range: { from, to }, nowMs: () => systemClock.monotonicMs() });
  const totals = new Totals();
  const broken = new AbortController();
  let refusal: Error | undefined;
  const processor =
    configuration === undefined
      ? countOnly
      : pipeline(configuration, clients, logger, totals, (error) => {
          refusal ??= error;
          broken.abort();
        });
  try {
    const result = await replayRange({
      stream,
      application,
      ...(liveApplication !== undefined && { liveApplications: [liveApplication] }),
      deleteTable,
      from,
      to,
      processor,
      kinesis: clients.kinesis,
      dynamodb: clients.dynamodb,
      failoverTimeMs,
      graceMs,
      maxRecordsPerRead: 2_000,
      maxMemoryBytes: 32 * 1024 * 1024,
      signal: AbortSignal.any([io.signal, broken.signal]),
      onProgress: (shards) => report.progress(shards),
      onEvent: (event) => logKclEvent(logger, event),
    });
    if (refusal !== undefined) {
      throw refusal;
    }
    io.out.write(report.summary(result, configuration === undefined ? undefined : totals.counts));
    io.out.write(`${closing(result, asked)}\n`);
    return result.complete ? replayExitCodes.done : replayExitCodes.interrupted;
  } finally {
    Object.values(clients).forEach((client: { destroy(): void }) => client.destroy());
  }
}

/** @throws ConfigurationError */
function settingFor(asked: ReplayArguments, environment: ReplayIo['environment']): Setting {
  const given = asked.stream === undefined ? environment : { ...environment, [consumerEnvironment.streamName]: asked.stream };
  if (asked.processor === 'pipeline') {
    const configuration = parseConfiguration(given, domains, 'replay');
    return {
      stream: configuration.streamName,
      liveApplication: configuration.leaseTableName,
      failoverTimeMs: configuration.failoverTimeMs,
      graceMs: configuration.shutdownGraceMs,
      configuration,
    };
  }
  const stream = given[consumerEnvironment.streamName] ?? '';
  if (stream === '') {
    throw new ConfigurationError([`${consumerEnvironment.streamName} is not set, and --stream is not given`]);
  }
  const { failoverTimeMs, shutdownGraceMs: graceMs } = configurationDefaults;
  const liveApplication = environment[consumerEnvironment.leaseTableName];
  return { stream, liveApplication, failoverTimeMs, graceMs, configuration: undefined };
}

/**
 * The service's own processors, but for what is remembered of devices: that is in memory here, and begins with nothing. The states that
 * the service keeps are those of its own place on the stream, and a replay that read or wrote them would spoil its features.
 */
function pipeline(
  { checkpointIntervalMs, deliveryStreams, domain, flushIntervalMs, quarantineStream, rememberedDevices }: Configuration,
  { firehose }: Clients,
  logger: Logger,
  totals: Totals,
  onRefused: (error: Error) => void,
): ShardProcessorFactory {
  return createTelemetryProcessors({
    domain,
    deliveryStreams,
    quarantineStream,
    delivery: reporting(new FirehoseDelivery(firehose), onRefused),
    flushIntervalMs,
    checkpointIntervalMs,
    limits: { rememberedDevices },
    clock: systemClock,
    random: Math.random,
    onEvent: (event: PipelineEvent) => {
      totals.add(event);
      // The ledger balances what the live application was sent; what is delivered again is not part of it.
      if (event.type !== 'ledger') {
        logPipelineEvent(logger, event);
      }
    },
  });
}

/** Deals with nothing, and checkpoints it, so that an interrupted replay goes on. */
const countOnly: ShardProcessorFactory = ({ checkpointer }): ShardProcessor => ({
  process: async ({ records }) => {
    const last = records.at(-1);
    if (last !== undefined) {
      await checkpointer.checkpoint(last);
    }
  },
  shardEnded: async () => undefined,
  handOver: async () => undefined,
  leaseLost: () => undefined,
});

function closing({ complete }: ReplayResult, { application, deleteTable }: ReplayArguments): string {
  if (!complete) {
    return 'Interrupted. The same command goes on where this one was.';
  }
  return deleteTable
    ? `The lease table ${application} was deleted.`
    : `The lease table ${application} is of no more use; delete it with --delete-table next time, or now:\n` +
        `  aws dynamodb delete-table --table-name ${application}`;
}

function explain(error: unknown, err: Writable): number {
  if (error instanceof ReplayUsageError) {
    err.write(`${error.message}\nnpm run replay -- --help lists all options.\n`);
    return replayExitCodes.usage;
  }
  if (error instanceof ConfigurationError) {
    err.write(`The environment is not what the replay needs:\n${error.problems.map((problem) => `  ${problem}\n`).join('')}`);
    return replayExitCodes.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  err.write(`The replay failed: ${message}\n${whatToDo(error)}\n`);
  const isRefused = error instanceof KclError && ['INVALID_OPTION', 'REPLAY_REFUSED'].includes(error.code);
  return isRefused ? replayExitCodes.usage : replayExitCodes.failed;
}
