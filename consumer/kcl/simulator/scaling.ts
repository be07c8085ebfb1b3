import { SeededRandom } from './seeded-random';
import { Simulation } from './simulation';

/** A fleet of half the workers runs and is balanced; then the other half joins, and the load evens out again. */
export interface ScalingPoint {
  readonly shards: number;
  readonly workers: number;
  /** From the first start of the half fleet until every shard is read. Seconds. */
  readonly startSeconds: number;
  /** From the joining of the other half until loads differ by one at most. Seconds. */
  readonly balanceSeconds: number;
  /** Leases that changed hands meanwhile, and the least number that had to. */
  readonly moves: number;
  readonly movesNeeded: number;
  /** Requests to the table per shard-hour of the balanced fleet: writes, and reads by kind. */
  readonly writesPerShardHour: number;
  readonly scansPerShardHour: number;
  readonly rowsScannedPerShardHour: number;
  readonly getsPerShardHour: number;
  /** Read units of those scans, at `rowBytes` a row, per shard-hour. */
  readonly readUnitsPerShardHour: number;
}

/** How long a balanced fleet is watched, in milliseconds. */
const watchedMs = 5 * 60_000;
/** Size of a lease's row in the table, in bytes. */
const rowBytes = 445;
/** A consistent read of 4 KB is one read unit. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
const readUnitBytes = 4096;

/** Measures one size with the library's defaults. Without load: what a lease costs does not depend on it. */
export async function measureScaling(shards: number, workers: number, seed = 1): Promise<ScalingPoint> {
  const simulation = new Simulation({ seed, shards, workers, faults: [], quiet: true });
  const { fleet, inspector, scheduler, stream, table } = simulation;
  const random = new SeededRandom(seed);
  const loads = (): readonly number[] => {
    const counts = new Map(fleet.members.map(({ machine }) => [machine.name, 0]));
    for (const id of stream.openShardIds) {
      const row = table.row(id);
      const owner = row?.['leaseOwner']?.S;
      if (owner !== undefined && row?.['checkpointOwner'] === undefined) {
        counts.set(owner, (counts.get(owner) ?? 0) + 1);
      }
    }
    return [...counts.values()];
  };
  const isBalanced = (): boolean => {
    const all = loads();
    const held = all.reduce((sum, load) => sum + load, 0);
    return held === shards && Math.max(...all) - Math.min(...all) <= 1;
  };
  const settle = async (): Promise<number> => {
    const fromMs = scheduler.nowMs;
    while (!isBalanced()) {
      if (scheduler.nowMs - fromMs > 3_600_000) {
        throw new Error(`${shards} shards on ${workers} workers are not balanced after an hour: ${loads().join(', ')}`);
      }
      await scheduler.runUntil(scheduler.nowMs + 1000);
    }
    return (scheduler.nowMs - fromMs) / 1000;
  };
  const start = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      // As containers start: not all at the same moment.
      scheduler.after(random.between(0, 5000), () => void fleet.start());
    }
  };
  const half = Math.ceil(workers / 2);
  start(half);
  const startSeconds = await settle();
  await scheduler.runUntil(scheduler.nowMs + 60_000);
  const { takes } = inspector;
  start(workers - half);
  await scheduler.runUntil(scheduler.nowMs + 5000);
  const movesNeeded = Math.floor((shards / workers) * (workers - half));
  const balanceSeconds = 5 + (await settle());
  const moves = inspector.takes - takes;
  await scheduler.runUntil(scheduler.nowMs + 60_000);
  const before = { ...inspector.requests };
  await scheduler.runUntil(scheduler.nowMs + watchedMs);
  const perShardHour = (count: number): number => (count * 3_600_000) / watchedMs / shards;
  const { gets, scans, writes } = inspector.requests;
  const scansPerShardHour = perShardHour(scans - before.scans);
  return {
    shards,
    workers,
    startSeconds,
    balanceSeconds,
    moves,
    movesNeeded,
    writesPerShardHour: perShardHour(writes - before.writes),
    scansPerShardHour,
    rowsScannedPerShardHour: scansPerShardHour * shards,
    getsPerShardHour: perShardHour(gets - before.gets),
    readUnitsPerShardHour: scansPerShardHour * Math.ceil((shards * rowBytes) / readUnitBytes) + perShardHour(gets - before.gets),
  };
}
