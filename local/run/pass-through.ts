import { consumerEnvironment, watermarkEnvironment } from '../../core/environment';
import type { ExpectedOutcome } from '../../core/domain';
import type { OutDirectory } from '../cli/out-directory';
import type { Cleanup } from './cleanup';
import { ConsumerFleet } from './consumer-fleet';
import { DeviceFleet, type DeviceFleetSettings } from './device-fleet';
import { imageCommand } from './image-command';
import { LedgerBook, type LedgerTotals } from './ledger-book';
import type { LocalAws } from './local-aws';
import { count } from './numbers';
import { quietSdk } from './quiet-sdk';
import type { ConsumerReport } from './report';
import { variableOf, type Roles } from './roles';
import type { StageRunner } from './stage-runner';
import { deliver, type DeliverResult } from './stages/deliver';
import { stream } from './stages/stream';
import { readLeases, watermarksPass } from './stages/watermark';
import { workersReady } from './stages/workers';

/** What records pass through. */
export interface PassProps {
  readonly stages: StageRunner;
  readonly roles: Roles;
  readonly aws: LocalAws;
  readonly out: OutDirectory;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Consumer processes. */
  readonly workers: number;
  /** What the devices send. */
  readonly settings: DeviceFleetSettings;
  /** Kill one worker when half of the records have been dealt with. */
  readonly killWorker: boolean;
  /** Stands behind the names of the stages. @default '' */
  readonly suffix?: string;
}

/** What became of the records. */
export interface PassResult extends DeliverResult {
  readonly sent: number;
  readonly expected: Readonly<Partial<Record<ExpectedOutcome, number>>> | null;
  readonly totals: LedgerTotals;
  readonly consumers: readonly ConsumerReport[];
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

/**
 * Starts consumers, has the devices send, and waits until every record lies in the lake, and the consumers say so in their leases; then they
 * are stopped. Consumers that start again go on where those before them ended.
 */
export async function passThrough(props: PassProps): Promise<PassResult> {
  const { stages, roles, aws, out, cleanup, signal, now, sleep, settings, killWorker, workers, suffix = '' } = props;
  const book = new LedgerBook();
  const graceMs = roles.consumer.stopTimeoutSeconds * 1000;
  const consumers = await stages.run(`workers${suffix}`, async (line) => {
    const consumers = new ConsumerFleet({
      workers,
      imageDirectory: roles.consumer.imageDirectory,
      command: imageCommand(roles.consumer),
      environment: { ...quietSdk, ...aws.environmentOf(roles.consumer.name), ...roles.consumer.environment, ...consumersHere },
      logs: out.logs,
      book,
    });
    cleanup.add('consumers', () => consumers.stop(graceMs));
    const loads = await workersReady({ consumers, shards: roles.stream.shards, line, signal, now, sleep });
    return [consumers, `${loads.join(' + ')} shards`];
  });

  const streamed = await stages.run(`stream${suffix}`, async (line) => {
    const devices = new DeviceFleet(settings, { ...quietSdk, ...aws.environmentOf('devices') }, out.logs);
    cleanup.add('devices', () => devices.stop());
    const records = settings.replay.length > 0 ? undefined : settings.records;
    const result = await stream({ devices, consumers, book, line, records, killWorker, signal, now, sleep });
    await devices.stop();
    const crash = result.killed === undefined ? '' : `; ${result.killed} was killed half-way`;
    return [{ ...result, arrivedBefore: now() }, `${count(result.sent)} records sent and read${crash}`];
  });

  return stages.run(`deliver${suffix}`, async (line) => {
    const leases = (): ReturnType<typeof readLeases> =>
      readLeases(aws.environmentOf('run'), variableOf(roles.consumer, consumerEnvironment.leaseTableName));
    const { arrivedBefore, expected, sent } = streamed;
    await Promise.all([aws.firehose.flush(), watermarksPass({ readLeases: leases, arrivedBefore, line, signal, now, sleep })]);
    const stopped = await consumers.stop(graceMs);
    const result = await deliver(roles, aws, out);
    const files = Object.values(result.audit.tables).reduce((sum, table) => sum + table.files, 0);
    const text = `${count(result.audit.delivered)} records in ${count(files)} Parquet files`;
    return [{ ...result, sent, expected, consumers: stopped, totals: book.totals() }, text];
  });
}
