import type { InitialPosition } from '../create-worker';
import { resolveSettings, type WorkerSettings } from '../options';
import { allFaults, type FaultKind } from './faults';
import { startWallMs } from './machine';
import type { ProcessorStyle } from './processors';
import { SeededRandom } from './seeded-random';

/** What a run may be told; everything else comes from its seed. */
export interface RunOptions {
  readonly seed: number;
  /** Workers at the start. @default from the seed, 1 … 5 */
  readonly workers?: number | undefined;
  /** Shards at the start. @default from the seed, 1 … 6 */
  readonly shards?: number | undefined;
  /** How long faults are injected, in simulated minutes. @default from the seed, half a minute to one and a half */
  readonly minutes?: number | undefined;
  /** Which faults may happen. @default all of them, of which the seed chooses */
  readonly faults?: readonly FaultKind[] | undefined;
  /** The library's defaults, no faults and no records: for measuring. @default false */
  readonly quiet?: boolean | undefined;
  /** How many of the last events a violation is told with. @default 60 */
  readonly tail?: number | undefined;
}

/** A run's plan. */
export interface Scenario {
  readonly seed: number;
  readonly workers: number;
  readonly shards: number;
  /** How long faults are injected, in milliseconds. */
  readonly activeMs: number;
  readonly faults: ReadonlySet<FaultKind>;
  /** Mean time between two faults, in milliseconds. */
  readonly faultEveryMs: number;
  /** Mean time between two puts, in milliseconds, and the most records of one. */
  readonly putEveryMs: number;
  readonly putRecords: number;
  /** Some records are put as KPL aggregates. */
  readonly aggregates: boolean;
  readonly latencyMs: number;
  /** How much older than its arrival a record's stamp may be, and how far the clock of the host that answers ahead, in milliseconds. */
  readonly stampedEarlierMs: number;
  readonly hostAheadMs: number;
  /** Whether the read of a closed shard's last records leaves its end to the one after it. */
  readonly tellsEndLater: boolean;
  /** Workers start within this time of each other. */
  readonly startSpreadMs: number;
  readonly initialPosition: InitialPosition;
  /** How far a worker's wall clock may be off at its start, and how far it may be set afterwards, in milliseconds. */
  readonly wallSkewMs: number;
  readonly settings: Partial<WorkerSettings> &
    Pick<
      WorkerSettings,
      | 'failoverTimeMs'
      | 'graceMs'
      | 'handOffTimeoutMs'
      | 'idleReadIntervalMs'
      | 'readerStallTimeMs'
      | 'shardSyncIntervalMs'
      | 'watermarkMarginMs'
    >;
  readonly style: ProcessorStyle;
  /** A most that reshards must not exceed. */
  readonly maxOpenShards: number;
  readonly maxWorkers: number;
}

/** Chance that a kind of fault is part of a run: few at a time show causes, all at once show combinations. */
const partOfRun = [0.15, 0.35, 0.7, 1] as const;

export function scenarioOf(options: RunOptions, random: SeededRandom): Scenario {
  const scenario = drawn(options, random);
  return options.quiet === true ? { ...scenario, ...defaultBehaviour } : scenario;
}

const defaultBehaviour = {
  latencyMs: 2,
  initialPosition: 'TRIM_HORIZON',
  settings: resolveSettings({}),
} as const satisfies Partial<Scenario>;

function drawn(options: RunOptions, random: SeededRandom): Scenario {
  const failoverTimeMs = random.pick([1000, 2000, 2000, 3000]);
  const shards = options.shards ?? random.integer(1, 6);
  const workers = options.workers ?? random.pick([1, 2, 2, 3, 3, 4, 5]);
  const share = random.pick(partOfRun);
  const chosen = allFaults.filter(() => random.chance(share));
  const activeMs = (options.minutes ?? random.between(0.4, 1.2)) * 60_000;
  const start = random.next();
  const initialPosition =
    start < 0.7 ? 'TRIM_HORIZON' : start < 0.85 ? 'LATEST' : { timestamp: new Date(startWallMs + random.integer(-1000, 9000)) };
  // Drawn apart, so that what the seed gives to everything else stays what it was.
  const ofStream = new SeededRandom(~options.seed);
  const watermarkMarginMs = ofStream.pick([1000, 2000, 5000]);
  return {
    seed: options.seed,
    workers,
    shards,
    activeMs,
    faults: new Set(options.faults ?? chosen),
    faultEveryMs: random.between(1, 5) * failoverTimeMs,
    putEveryMs: random.between(200, 900),
    putRecords: random.integer(1, 10),
    aggregates: random.chance(0.35),
    latencyMs: Math.min(random.pick([2, 5, 15, 40]), failoverTimeMs / 60),
    // Within the margin. Where a stamp decides on where reading starts, stamps are exact.
    stampedEarlierMs: typeof initialPosition === 'string' ? 0.6 * watermarkMarginMs : 0,
    hostAheadMs: 0.3 * watermarkMarginMs,
    tellsEndLater: ofStream.chance(0.5),
    startSpreadMs: random.pick([0, 50, 3000]),
    initialPosition,
    // Before its first record a reader that starts at the tip has nothing but its wall clock to tell where that was. It allows for a
    // minute; the SDK's requests are refused when a clock is off by five.
    wallSkewMs: initialPosition === 'LATEST' ? 25_000 : random.pick([2000, 3_600_000]),
    settings: {
      failoverTimeMs,
      graceMs: random.pick([1500, 4000, 8000]),
      shardSyncIntervalMs: random.integer(2, 5) * failoverTimeMs,
      readerStallTimeMs: random.integer(3, 5) * failoverTimeMs,
      idleReadIntervalMs: random.pick([500, 1000, 1500]),
      readIntervalMs: random.pick([200, 400]),
      maxRecordsPerRead: random.pick([20, 50, 10_000]),
      maxLeasesToStealAtOneTime: random.pick([1, 1, 3, 1000]),
      maxMemoryBytes: random.pick([1024 * 1024, 67_108_864]),
      handOffTimeoutMs: random.pick([0, 4, 8, 8]) * failoverTimeMs,
      standbyScanIntervalMs: random.pick([300, 1000]),
      watermarkMarginMs,
    },
    style: {
      kind: random.pick(['direct', 'buffering']),
      processingMs: random.pick([0, 20, 200, 1500]),
      checkpointEvery: random.pick([1, 1, 3]),
      chunk: random.integer(8, 30),
    },
    maxOpenShards: Math.max(10, 2 * shards),
    maxWorkers: Math.max(6, workers + 2),
  };
}
