import { appendFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { consumerEnvironment, deviceStateEnvironment, watermarkEnvironment } from '../../core/environment';
import { domainNamed } from '../../domains';
import { endTimeFor } from '../cli/end-time';
import type { RunOptions } from '../cli/options';
import { prepareOutDirectory, type OutDirectory } from '../cli/out-directory';
import type { Pipeline } from '../template/pipeline';
import { endTexts, heldBy } from '../training/outcome-lines';
import { AlertBook } from './alert-book';
import type { Cleanup } from './cleanup';
import { ConsumerFleet } from './consumer-fleet';
import { DeviceFleet } from './device-fleet';
import { imageCommand } from './image-command';
import { LedgerBook } from './ledger-book';
import { alertLog, startLocalAws, type LocalAws } from './local-aws';
import { readTemplate } from './open-run';
import type { Progress } from './progress';
import { quietSdk } from './quiet-sdk';
import { isBalanced, type Report } from './report';
import { deliveryFolder, variableOf } from './roles';
import { writeRunFacts } from './run-facts';
import { StageRunner } from './stage-runner';
import { deliver } from './stages/deliver';
import { stream } from './stages/stream';
import { synthesize } from './stages/synthesize';
import { train } from './stages/train';
import { readLeases, watermarksPass } from './stages/watermark';
import { workersReady } from './stages/workers';
import { count } from './numbers';

/** What a run needs of the outside. */
export interface RunDependencies {
  readonly progress: Progress;
  /** Everything that is started is registered here; the caller runs it on every way out. */
  readonly cleanup: Cleanup;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a run leaves behind. */
export interface RunResult {
  readonly report: Report;
  readonly out: OutDirectory;
  readonly aws: LocalAws;
  /** The folder of each table's Parquet files. */
  readonly tableFolders: Readonly<Record<string, string>>;
  readonly quarantineFolder: string;
  /** The file of messages about alerts; there is none when there was none. */
  readonly alertLog: string;
  /** The table of what is remembered of devices; undefined when that is not stored. */
  readonly deviceStateTable: string | undefined;
}

/**
 * A container has its ports for itself. Here several share a machine: each listens where the system lets it, and for this machine only. And
 * one clock stamps all records, so that watermarks need not stay back any further than they have to.
 */
const consumersHere = {
  [consumerEnvironment.monitoringPort]: '0',
  [consumerEnvironment.monitoringHost]: '127.0.0.1',
  [watermarkEnvironment.watermarkMarginMs]: '1000',
};

/** Synthesizes the app, runs its template on this machine from device to model, and reports. */
export async function run(options: RunOptions, dependencies: RunDependencies): Promise<RunResult> {
  const { cleanup, signal, now } = dependencies;
  const domain = domainNamed(options.domain);
  const out = prepareOutDirectory(options.out);
  cleanup.add('folder', async () => out.release());
  const stages = new StageRunner(dependencies.progress, signal, now);
  const began = now();

  const { pipeline, roles, endTime } = await stages.run('synth', async () => {
    await synthesize(options, out, (child) => cleanup.add('synth', () => child.stop(1_000)));
    const template = readTemplate(out);
    const endTime = endTimeFor(options.endTime, template.roles.windowDelayMs, now());
    writeRunFacts(out, { domain: options.domain, stage: options.stage, endTime });
    return [{ ...template, endTime }, `${options.stage} stage, domain ${options.domain}`];
  });

  const alerts = new AlertBook();
  const aws = await stages.run('start', async () => {
    const onEvent = (text: string): void => appendFileSync(path.join(out.logs, 'services.log'), `${text}\n`);
    const aws = await startLocalAws(pipeline, out, cleanup, { onEvent, onMessage: (message) => alerts.add(message) });
    writeFileSync(path.join(out.logs, 'ignored.log'), ignoredLines(pipeline));
    return [aws, `${roles.stream.shards} shards, ${aws.services.map(({ name }) => name).join(', ')}`];
  });

  const book = new LedgerBook();
  const graceMs = roles.consumer.stopTimeoutSeconds * 1000;
  const consumers = await stages.run('workers', async (line) => {
    const consumers = new ConsumerFleet({
      workers: options.workers,
      imageDirectory: roles.consumer.imageDirectory,
      command: imageCommand(roles.consumer),
      environment: { ...quietSdk, ...aws.environmentOf(roles.consumer.name), ...roles.consumer.environment, ...consumersHere },
      logs: out.logs,
      book,
    });
    cleanup.add('consumers', () => consumers.stop(graceMs));
    const loads = await workersReady({ consumers, shards: roles.stream.shards, line, signal, now, sleep: abortableSleep });
    return [consumers, `${loads.join(' + ')} shards`];
  });

  const streamed = await stages.run('stream', async (line) => {
    const settings = {
      domain: options.domain,
      streamName: roles.stream.name,
      devices: options.devices ?? domain.simulator?.defaultDevices ?? 1,
      records: options.records,
      rate: options.rate,
      seed: options.seed,
      endTime,
      replay: options.replay,
    };
    const devices = new DeviceFleet(settings, { ...quietSdk, ...aws.environmentOf('devices') }, out.logs);
    cleanup.add('devices', () => devices.stop());
    const records = options.replay.length > 0 ? undefined : options.records;
    const { killWorker } = options;
    const result = await stream({ devices, consumers, book, line, records, killWorker, signal, now, sleep: abortableSleep });
    await devices.stop();
    const crash = result.killed === undefined ? '' : `; ${result.killed} was killed half-way`;
    return [{ ...result, arrivedBefore: now() }, `${count(result.sent)} records sent and read${crash}`];
  });

  const delivered = await stages.run('deliver', async (line) => {
    const leases = (): ReturnType<typeof readLeases> =>
      readLeases(aws.environmentOf('run'), variableOf(roles.consumer, consumerEnvironment.leaseTableName));
    const { arrivedBefore } = streamed;
    await Promise.all([
      aws.firehose.flush(),
      watermarksPass({ readLeases: leases, arrivedBefore, line, signal, now, sleep: abortableSleep }),
    ]);
    const stopped = await consumers.stop(graceMs);
    const result = await deliver(roles, aws, out);
    const files = Object.values(result.audit.tables).reduce((sum, table) => sum + table.files, 0);
    const text = `${count(result.audit.delivered)} records in ${count(files)} Parquet files`;
    return [{ ...result, consumers: stopped, totals: book.totals() }, text];
  });

  const training = await stages.run('train', async (line) => {
    const result = await train({ roles, aws, out, endTime, line, signal, now });
    const byHand = roles.training.schedule.enabled ? '' : '; its schedule is off: started as by hand';
    const what =
      result.job === undefined ? heldBy(result) : `version ${result.modelPackage?.version ?? '?'} by ${result.job.name}`;
    return [result, `${endTexts[result.end]} ${what}${byHand}`];
  });

  const records = {
    sent: streamed.sent,
    delivered: delivered.audit.delivered,
    quarantined: delivered.audit.quarantined,
    duplicatesDropped: delivered.totals.duplicatesDropped,
  };
  const { redelivered, redeliveredOtherwise, duplicates } = delivered.audit;
  const report: Report = {
    domain: options.domain,
    records: {
      ...records,
      redelivered,
      redeliveredOtherwise,
      duplicatesInLake: duplicates,
      balanced: isBalanced(records),
      expected: streamed.expected,
    },
    tables: delivered.audit.tables,
    firehose: delivered.firehose,
    alerts: alerts.totals(),
    training,
    workers: options.workers,
    shards: roles.stream.shards,
    consumers: delivered.consumers,
    seconds: { ...stages.seconds, total: (now() - began) / 1000 },
  };
  writeFileSync(out.report, `${JSON.stringify(report, null, 2)}\n`);
  const tableFolders = Object.fromEntries(
    Object.entries(roles.deliveryStreams).map(([table, deliveryStream]) => [table, deliveryFolder(out.s3, deliveryStream)]),
  );
  return {
    report,
    out,
    aws,
    tableFolders,
    quarantineFolder: deliveryFolder(out.s3, roles.quarantineStream),
    alertLog: path.join(out.logs, alertLog),
    deviceStateTable: roles.consumer.environment[deviceStateEnvironment.deviceStateTable],
  };
}

/** What the template has beside what runs here: a line for each resource, and why. */
function ignoredLines({ ignored }: Pipeline): string {
  const lines = ignored.map(
    ({ stack, logicalId, type, reason }) => `${stack}/${logicalId} ${type}: ${reason ?? 'nothing stands in for this type'}\n`,
  );
  return lines.join('');
}

function abortableSleep(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}
