import { KclError } from './errors';

/** How the worker behaves. Every field has a default; see `defaults`. */
export interface WorkerSettings {
  /**
   * A lease whose counter stands still for this long is free to take: how long a dead worker's shards lie idle, and how long a
   * worker may be paused without losing its shards. Milliseconds, at least 300. The same for all workers of an application.
   * @default 10000
   */
  readonly failoverTimeMs: number;
  /**
   * How often to look for leases to take, in milliseconds; sooner after a look at which there was something to take. A dead worker's
   * shards move after one to two of these.
   * @default 2 × failoverTimeMs + 25
   */
  readonly leaseScanIntervalMs: number;
  /** The most leases this worker holds at a time, at least 1. @default no limit */
  readonly maxLeasesForWorker: number;
  /**
   * The most leases that this worker asks others for at a time, at least 1. Higher evens out faster. From workers of this library and of
   * KCL 3.x nothing is repeated; a lease of KCL 2.x is taken at once, and what it had not checkpointed is.
   * @default 1
   */
  readonly maxLeasesToStealAtOneTime: number;
  /**
   * How often a worker without any lease looks for one, in milliseconds, at least 200: how long a stopped worker's shard waits for a
   * worker that stands by. More often than `leaseScanIntervalMs` makes no difference to the others.
   * @default 1000
   */
  readonly standbyScanIntervalMs: number;
  /**
   * How long a worker that has asked for a lease waits for the other to hand it over, in milliseconds. Then it takes the lease, and what
   * the other had not checkpointed is repeated. At 0 leases are taken without asking.
   * @default 30000
   */
  readonly handOffTimeoutMs: number;
  /** How often to look for shards without a lease, and for leases that have served, in milliseconds. @default 120000 */
  readonly shardSyncIntervalMs: number;
  /**
   * The longest time after a read that found nothing until the shard is read again, in milliseconds, at least 200: a shard allows five
   * reads a second, to all its consumers together. It is reached step by step, while the shard stays empty.
   * @default 1000
   */
  readonly idleReadIntervalMs: number;
  /**
   * How long after a read that found records the shard is read again, in milliseconds, at least 200. Longer after a large reply, as the
   * shard's limit of 2 MiB a second asks, and while other readers of the shard leave too little for this one.
   * @default 200
   */
  readonly readIntervalMs: number;
  /** The most records of one read, and of one batch for the processor, 1 … 10000. @default 10000 */
  readonly maxRecordsPerRead: number;
  /**
   * The records that the worker holds in memory at a time for all its shards together: those that are processed, those read ahead, and
   * room for the reads under way. In bytes, of data and 400 for each record, at least 1 MiB. Each shard is sure of its part of one half;
   * the other half goes to whoever asks first. When records turn out larger than those before them it is exceeded for a moment.
   * @default 33554432 (32 MiB)
   */
  readonly maxMemoryBytes: number;
  /**
   * A read that has not come back for this long (throttling aside) is given up and the lease given away, so that a stuck reader
   * does not hold its shard for ever. Milliseconds.
   * @default 3 × failoverTimeMs, at least 10000
   */
  readonly readerStallTimeMs: number;
  /** How often in a row a shard's processor may fail, without a checkpoint in between, before its lease is given away. @default 5 */
  readonly maxProcessorFailures: number;
  /** A call to a processor that has not come back for this long is told with `processor-slow`, in milliseconds. @default 60000 */
  readonly processorSlowTimeMs: number;
  /** How often a record may fail by itself before it is given up, unless the policy is to stop the shard. @default 3 */
  readonly maxRecordAttempts: number;
  /**
   * How many records in a row may be given up that the processor has not named itself (`RecordError`). When the next fails as well, it
   * is not the records but what the processor depends on: the lease is given away, and nothing more is given up meanwhile.
   * @default 10
   */
  readonly maxFailedRecordsInRow: number;
  /**
   * How far the watermark of a lease stays behind what the reads show, in milliseconds, at least 1000: for the service's clocks, which
   * differ, for arrival times that are not in order, and for the time until a record can be read. Too small, and a watermark claims more
   * than is true (`watermark-overtaken`); larger, and it is lower by as much. See `decisions/watermark.ts`.
   * @default 5000
   */
  readonly watermarkMarginMs: number;
  /** How long `stop` waits for work in flight before it gives up, in milliseconds. @default 20000 */
  readonly graceMs: number;
}

/** The defaults that do not depend on other options. A test holds the documentation above to them. */
export const defaults = {
  failoverTimeMs: 10_000,
  maxLeasesForWorker: Number.MAX_SAFE_INTEGER,
  maxLeasesToStealAtOneTime: 1,
  standbyScanIntervalMs: 1000,
  handOffTimeoutMs: 30_000,
  shardSyncIntervalMs: 120_000,
  idleReadIntervalMs: 1000,
  readIntervalMs: 200,
  maxRecordsPerRead: 10_000,
  maxMemoryBytes: 32 * 1024 * 1024,
  maxProcessorFailures: 5,
  processorSlowTimeMs: 60_000,
  maxRecordAttempts: 3,
  maxFailedRecordsInRow: 10,
  watermarkMarginMs: 5000,
  graceMs: 20_000,
} as const satisfies Partial<WorkerSettings>;

/** Added to the scan interval so that two scans never fall just short of twice the failover time. Source: `LeaseCoordinator`. */
export const scanMarginMs = 25;

/** A renewal is sent this often per failover time. Source: `LeaseCoordinator`. */
export const renewalsPerFailover = 3;

/**
 * A request to the lease table that has no answer after this long is given up, in milliseconds. A write may be sent as late as half a
 * failover time after the last one; given up after a fifth of it, the row can still be read and the write tried again before the lease is
 * out. So one request that hangs costs no lease.
 */
export function tableTimeoutMs(failoverTimeMs: number): number {
  return failoverTimeMs / 5;
}

/**
 * All settings, defaults filled in.
 *
 * @throws KclError INVALID_OPTION, naming the option and what is allowed
 */
export function resolveSettings(given: Partial<WorkerSettings>): WorkerSettings {
  const failoverTimeMs = given.failoverTimeMs ?? defaults.failoverTimeMs;
  const settings: WorkerSettings = {
    failoverTimeMs,
    leaseScanIntervalMs: given.leaseScanIntervalMs ?? 2 * failoverTimeMs + scanMarginMs,
    maxLeasesForWorker: given.maxLeasesForWorker ?? defaults.maxLeasesForWorker,
    maxLeasesToStealAtOneTime: given.maxLeasesToStealAtOneTime ?? defaults.maxLeasesToStealAtOneTime,
    standbyScanIntervalMs: given.standbyScanIntervalMs ?? defaults.standbyScanIntervalMs,
    handOffTimeoutMs: given.handOffTimeoutMs ?? defaults.handOffTimeoutMs,
    shardSyncIntervalMs: given.shardSyncIntervalMs ?? defaults.shardSyncIntervalMs,
    idleReadIntervalMs: given.idleReadIntervalMs ?? defaults.idleReadIntervalMs,
    readIntervalMs: given.readIntervalMs ?? defaults.readIntervalMs,
    maxRecordsPerRead: given.maxRecordsPerRead ?? defaults.maxRecordsPerRead,
    maxMemoryBytes: given.maxMemoryBytes ?? defaults.maxMemoryBytes,
    readerStallTimeMs: given.readerStallTimeMs ?? Math.max(3 * failoverTimeMs, 10_000),
    maxProcessorFailures: given.maxProcessorFailures ?? defaults.maxProcessorFailures,
    processorSlowTimeMs: given.processorSlowTimeMs ?? defaults.processorSlowTimeMs,
    maxRecordAttempts: given.maxRecordAttempts ?? defaults.maxRecordAttempts,
    maxFailedRecordsInRow: given.maxFailedRecordsInRow ?? defaults.maxFailedRecordsInRow,
    watermarkMarginMs: given.watermarkMarginMs ?? defaults.watermarkMarginMs,
    graceMs: given.graceMs ?? defaults.graceMs,
  };
  for (const [name, [least, most]] of Object.entries(bounds) as [keyof WorkerSettings, readonly [number, number]][]) {
    const value = settings[name];
    if (!Number.isFinite(value) || value < least || value > most) {
      const allowed = most === Number.MAX_SAFE_INTEGER ? `a number of at least ${least}` : `a number from ${least} to ${most}`;
      throw new KclError('INVALID_OPTION', `${name} must be ${allowed}, not ${value}`);
    }
  }
  if (settings.readerStallTimeMs <= settings.idleReadIntervalMs) {
    throw new KclError(
      'INVALID_OPTION',
      'readerStallTimeMs must be greater than idleReadIntervalMs, or every idle shard looks stuck',
    );
  }
  return settings;
}

/** Least and greatest value. The read intervals follow from five GetRecords calls a second and shard. */
const bounds: Readonly<Record<keyof WorkerSettings, readonly [number, number]>> = {
  failoverTimeMs: [300, Number.MAX_SAFE_INTEGER],
  leaseScanIntervalMs: [1, Number.MAX_SAFE_INTEGER],
  maxLeasesForWorker: [1, Number.MAX_SAFE_INTEGER],
  maxLeasesToStealAtOneTime: [1, Number.MAX_SAFE_INTEGER],
  standbyScanIntervalMs: [200, Number.MAX_SAFE_INTEGER],
  handOffTimeoutMs: [0, Number.MAX_SAFE_INTEGER],
  shardSyncIntervalMs: [1, Number.MAX_SAFE_INTEGER],
  idleReadIntervalMs: [200, Number.MAX_SAFE_INTEGER],
  readIntervalMs: [200, Number.MAX_SAFE_INTEGER],
  maxRecordsPerRead: [1, 10_000],
  maxMemoryBytes: [1024 * 1024, Number.MAX_SAFE_INTEGER],
  readerStallTimeMs: [1, Number.MAX_SAFE_INTEGER],
  maxProcessorFailures: [1, Number.MAX_SAFE_INTEGER],
  processorSlowTimeMs: [1, Number.MAX_SAFE_INTEGER],
  maxRecordAttempts: [1, Number.MAX_SAFE_INTEGER],
  maxFailedRecordsInRow: [1, Number.MAX_SAFE_INTEGER],
  watermarkMarginMs: [1000, Number.MAX_SAFE_INTEGER],
  graceMs: [0, Number.MAX_SAFE_INTEGER],
};
