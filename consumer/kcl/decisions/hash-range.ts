/** The hash keys that a shard receives: both ends inclusive, decimal, 0 … 2^128−1. */
export interface HashRange {
  readonly startingHashKey: string;
  readonly endingHashKey: string;
}

/** The greatest hash key: 2^128−1. */
export const maxHashKey = (1n << 128n) - 1n;

/**
 * The first part of 0 … 2^128−1 that none of the ranges covers, or undefined when they cover it all. Overlaps are allowed: the
 * leases of a parent and of its children stand side by side for a while.
 */
export function findHole(ranges: readonly HashRange[]): HashRange | undefined {
  const sorted = ranges
    .map((range) => ({ start: BigInt(range.startingHashKey), end: BigInt(range.endingHashKey) }))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  let next = 0n;
  for (const { start, end } of sorted) {
    if (start > next) {
      return { startingHashKey: String(next), endingHashKey: String(start - 1n) };
    }
    if (end >= next) {
      next = end + 1n;
    }
  }
  return next > maxHashKey ? undefined : { startingHashKey: String(next), endingHashKey: String(maxHashKey) };
}

/** How often in a row one and the same hole has been seen. */
export interface HoleWatch {
  readonly hole: HashRange | undefined;
  readonly sightings: number;
}

/** Nothing seen so far. */
export const noHoleSeen: HoleWatch = { hole: undefined, sightings: 0 };

/**
 * A hole must be seen this often in a row before shards are listed: while a reshard is being recorded a scan may catch the table
 * between two writes. Source: `PeriodicShardSyncManager`, `leasesRecoveryAuditorInconsistencyConfidenceThreshold`.
 */
export const sightingsBeforeListing = 3;

/** The watch after one more look at the table. */
export function watchHole(watch: HoleWatch, hole: HashRange | undefined): HoleWatch {
  if (hole === undefined) {
    return noHoleSeen;
  }
  const same = watch.hole?.startingHashKey === hole.startingHashKey && watch.hole.endingHashKey === hole.endingHashKey;
  return { hole, sightings: same ? watch.sightings + 1 : 1 };
}
