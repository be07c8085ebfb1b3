import type { Lease } from './lease';

/**
 * How much of a worker's load a lease is. Leases weigh one on the average, so that loads by count and by throughput are one measure:
 * each weighs one, or, when throughput is known, a fixed part for what every lease costs (reads, renewals) and the rest by what its
 * shard brings.
 */
export type Weigh = (lease: Lease) => number;

/** The part of a lease's weight that does not depend on its throughput: idle shards are spread, too. */
export const countShare = 0.2;

/**
 * Below this mean, in KiB a second and shard, no shard is worth moving for what it brings: a thousandth of what one may bring. The
 * leftovers of a stream that has fallen silent would otherwise decide.
 */
export const leastMeanKBps = 1;

export const byCount: Weigh = () => 1;

/**
 * Weighs by throughput, if every living lease belongs to a worker of this library (others balance by count, and would undo it) and more
 * than half of them report what they bring. One that does not (yet) counts as the average.
 *
 * @param living - the leases that are kept alive
 */
export function byThroughput(living: readonly Lease[]): Weigh {
  const reported = living.flatMap(({ throughputKBps }) => throughputKBps ?? []);
  const mean = reported.reduce((sum, kBps) => sum + kBps, 0) / reported.length;
  if (
    living.some(({ handOffOwner, owner }) => handOffOwner !== owner) ||
    2 * reported.length <= living.length ||
    !(mean >= leastMeanKBps)
  ) {
    return byCount;
  }
  return ({ throughputKBps }) => countShare + (1 - countShare) * ((throughputKBps ?? mean) / mean);
}
