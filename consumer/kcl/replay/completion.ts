import { hasEnded, type Lease } from '../decisions/lease';

/**
 * Whether nothing is left to read: every shard was read to its end, or to the end of the range, or comes after one that was read to
 * the end of the range, for then its records are all later.
 *
 * @param leases - the whole table
 * @param done - the shards that have passed the range
 */
export function isComplete(leases: readonly Lease[], done: ReadonlySet<string>): boolean {
  const byKey = new Map(leases.map((lease) => [lease.leaseKey, lease]));
  const memo = new Map<string, boolean>();
  /** Whether a shard that has not ended has nothing left in the range. */
  const isPast = (lease: Lease): boolean => {
    const known = memo.get(lease.leaseKey);
    if (known !== undefined) {
      return known;
    }
    // Guards against a cycle in the table; a shard graph has none.
    memo.set(lease.leaseKey, false);
    const past =
      done.has(lease.leaseKey) ||
      lease.parentShardIds.some((id) => {
        const parent = byKey.get(id);
        return parent !== undefined && !hasEnded(parent) && isPast(parent);
      });
    memo.set(lease.leaseKey, past);
    return past;
  };
  return leases.length > 0 && leases.every((lease) => hasEnded(lease) || isPast(lease));
}
