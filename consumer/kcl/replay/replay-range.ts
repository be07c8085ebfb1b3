import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { DynamoDbLeaseStore } from '../adapters/dynamodb/dynamodb-lease-store';
import { KinesisStreamApi } from '../adapters/kinesis/kinesis-stream-api';
import { systemClock } from '../adapters/system-clock';
import { createWorkerOn, type WorkerBehaviour, type WorkerPorts } from '../create-worker';
import type { Lease } from '../decisions/lease';
import { KclError } from '../errors';
import type { KclEvent } from '../events';
import { defaults, tableTimeoutMs } from '../options';
import type { ShardContext } from '../shard-processor';
import { isComplete } from './completion';
import { refuseLivingOwners } from './living-owners';
import { sumOf, type ReplayResult, type ShardReplay } from './progress';
import { timeRange } from './range';
import { RangeProcessor } from './range-processor';
import { ReplayTable } from './replay-table';

/** What a replay does, wherever its stream and its lease table are. Further options are the worker's. */
export interface ReplayBehaviour extends Omit<WorkerBehaviour, 'initialPosition'> {
  /** Records that arrived at or after this time, by the stream's clock; before the stream's retention: from its oldest record. */
  readonly from: Date;
  /** ... and before this time, which must be at least five seconds ago. */
  readonly to: Date;
  /**
   * How long after a read that found records a shard is read again, in milliseconds. Half of a worker's pace: the shard's limits of
   * five reads and 2 MiB a second are shared with the live application.
   * @default 500
   */
  readonly readIntervalMs?: number;
  /** Ends the replay early, in good order; started again with the same range it goes on. */
  readonly signal?: AbortSignal;
  /** Told after every batch and whenever the state of a shard changes. @default nobody is told */
  readonly onProgress?: (shards: readonly ShardReplay[]) => void;
}

/** A replay's options on AWS. */
export interface ReplayOptions extends ReplayBehaviour {
  /** The stream's name. */
  readonly stream: string;
  /** Name of the replay's own lease table; made when it is missing. Not that of a live application. */
  readonly application: string;
  /** Applications whose tables must not be touched, whatever stands in them. @default none */
  readonly liveApplications?: readonly string[];
  /** Whether the table is deleted when the replay is complete. @default false */
  readonly deleteTable?: boolean;
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
}

/**
 * Gives every record of a time range to a processor again, under an application name of its own: a live application keeps its leases
 * and its place. Splits and merges in the range are followed. Ends by itself when every shard has passed the range.
 *
 * @throws KclError INVALID_OPTION, REPLAY_REFUSED, or what a worker may end with; the processor's own error when it keeps failing
 */
export async function replayRange(options: ReplayOptions): Promise<ReplayResult> {
  const { application, clock = systemClock, dynamodb, failoverTimeMs = defaults.failoverTimeMs, kinesis, stream } = options;
  for (const name of ['stream', 'application'] as const) {
    if (options[name] === '') {
      throw new KclError('INVALID_OPTION', `${name} must not be empty`);
    }
  }
  if (options.liveApplications?.includes(application) === true) {
    throw new KclError('REPLAY_REFUSED', `${application} is a live application: a replay needs a name of its own`);
  }
  const signal = options.signal ?? new AbortController().signal;
  const leases = new DynamoDbLeaseStore({ client: dynamodb, application, requestTimeoutMs: tableTimeoutMs(failoverTimeMs) });
  const api = new KinesisStreamApi(kinesis, stream);
  const range = timeRange(options.from, options.to, clock.wallMs());
  const table = new ReplayTable({ client: dynamodb, application, stream, range, leases, clock, signal });
  try {
    // Before a table is made for a stream that does not exist.
    await api.listShards(signal);
    await table.prepare();
  } catch (error: unknown) {
    if (signal.aborted) {
      return sumOf(false, []);
    }
    throw error;
  }
  const result = await replayRangeOn({ leases, stream: api }, options);
  if (result.complete && options.deleteTable === true) {
    await table.delete();
  }
  return result;
}

/** How often the replay looks whether it is complete, in milliseconds. */
const lookMs = 500;
const defaultReadIntervalMs = 500;

/**
 * A replay on any ports: for tests and simulations. The lease table must be the replay's own.
 *
 * @throws as `replayRange`
 */
export async function replayRangeOn(ports: WorkerPorts, behaviour: ReplayBehaviour): Promise<ReplayResult> {
  const { clock = systemClock, failoverTimeMs = defaults.failoverTimeMs, onProgress } = behaviour;
  const range = timeRange(behaviour.from, behaviour.to, clock.wallMs());
  const interrupted = behaviour.signal ?? new AbortController().signal;
  const over = new AbortController();
  const shards = new Map<string, RangeProcessor>();
  let failure: Error | undefined;
  let lastFailure: unknown;
  const fail = (message: string, cause?: unknown): void => {
    failure ??= cause instanceof Error ? cause : new KclError('REPLAY_REFUSED', message);
    over.abort();
  };
  const progress = (): readonly ShardReplay[] => [...shards.values()].map((shard) => shard.progress);
  const isDone = (shardId: string): boolean => shards.get(shardId)?.progress.state === 'done';

  await refuseLivingOwners(ports.leases, clock, failoverTimeMs, interrupted);
  if (interrupted.aborted) {
    return sumOf(false, []);
  }
  const worker = createWorkerOn(ports, {
    ...behaviour,
    readIntervalMs: behaviour.readIntervalMs ?? defaultReadIntervalMs,
    initialPosition: { timestamp: behaviour.from },
    processor: async (context: ShardContext) => {
      const { shardId, signal } = context;
      const inner = await behaviour.processor(context);
      const onChange = (): void => onProgress?.(progress());
      const shard = new RangeProcessor({ shardId, inner, range, over: AbortSignal.any([over.signal, signal]), onChange });
      shards.set(shardId, shard);
      return shard;
    },
    onEvent: (event) => {
      watch(event);
      // A shard that is done keeps its call waiting on purpose.
      if (event.type !== 'processor-slow' || !isDone(event.shardId)) {
        behaviour.onEvent?.(event);
      }
    },
  });

  function watch(event: KclEvent): void {
    if (event.type === 'batch-processed' && event.millisBehindLatest === 0) {
      shards.get(event.shardId)?.reachedTip();
    } else if (event.type === 'processor-failed') {
      lastFailure = event.error;
    } else if (event.type === 'lease-released' && event.reason === 'processor-failing') {
      fail(`the processor keeps failing on ${event.shardId}`, lastFailure);
    } else if (event.type === 'lease-lost' && event.reason === 'taken') {
      fail(`another worker has taken ${event.shardId}: a replay needs a lease table of its own`);
    }
  }

  /** Until everything was read, or the replay is told to end. */
  async function look(): Promise<boolean> {
    const signal = AbortSignal.any([over.signal, interrupted]);
    while (!signal.aborted) {
      await clock.sleep(lookMs, signal);
      const states = progress();
      if (states.every(({ state }) => state !== 'reading')) {
        const done = new Set(states.filter(({ state }) => state === 'done').map(({ shardId }) => shardId));
        if (isComplete(await leasesNow(), done)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Empty when the table does not answer; it is asked again, and the worker tells what will not pass. */
  async function leasesNow(): Promise<readonly Lease[]> {
    try {
      return (await ports.leases.list()).leases;
    } catch {
      return [];
    }
  }

  const running = worker.run();
  // A worker that cannot go on ends the replay, too.
  running.catch(() => over.abort());
  try {
    const complete = await look();
    const stopping = worker.stop();
    over.abort();
    await Promise.all([stopping, running]);
    if (failure !== undefined) {
      throw failure;
    }
    return sumOf(complete, progress());
  } finally {
    over.abort();
    await worker.stop();
  }
}
