import type { Lease } from './lease';

/**
 * Expiry is observed, not stored. No clock is compared with another machine's: a lease is dead for me when I have seen its counter
 * stand still for the failover time, measured on my own monotonic clock.
 */
export interface Sighting {
  readonly counter: number;
  /** When this counter was seen first: the end of the scan that showed it, in monotonic milliseconds. */
  readonly sinceMs: number;
}

/** What I remember of every lease, by lease key. */
export type Sightings = ReadonlyMap<string, Sighting>;

/** @param scanEndedMs - after the reply arrived, so that the age of a counter is never overestimated */
export function observe(before: Sightings, leases: readonly Lease[], scanEndedMs: number): Sightings {
  return new Map(
    leases.map(({ leaseKey, counter }) => {
      const known = before.get(leaseKey);
      return [leaseKey, known?.counter === counter ? known : { counter, sinceMs: scanEndedMs }];
    }),
  );
}

/**
 * Since when nobody keeps the lease alive: −Infinity for a lease without owner, which may be taken at once; undefined for a lease
 * that is alive as far as I can tell.
 *
 * @param scanStartedMs - before the request was sent
 */
export function deadSince(sightings: Sightings, lease: Lease, scanStartedMs: number, failoverTimeMs: number): number | undefined {
  if (lease.owner === undefined) {
    return -Infinity;
  }
  const seen = sightings.get(lease.leaseKey);
  return seen?.counter === lease.counter && scanStartedMs - seen.sinceMs >= failoverTimeMs ? seen.sinceMs : undefined;
}
