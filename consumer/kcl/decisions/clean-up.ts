import { hasEnded, type Lease } from './lease';
import { isStart } from './position';

/**
 * The leases that have served: at SHARD_END, with children that are all past their first position. Parents go before children, so
 * that a lease that is missing below one that is there was never created, rather than cleaned up.
 *
 * A shard that was trimmed before it was read to its end has no children that anybody could name, and a child may have been trimmed, too:
 * what the stream does not list any more is not waited for.
 *
 * Source: `LeaseCleanupManager`.
 *
 * @param listed - all shards that the stream lists; undefined when that is not known, or when not all hash keys are covered by leases
 */
export function leasesToCleanUp(leases: readonly Lease[], listed?: ReadonlySet<string>): readonly Lease[] {
  const byKey = new Map(leases.map((lease) => [lease.leaseKey, lease]));
  const isGone = (id: string): boolean => listed !== undefined && !listed.has(id);
  return endedWithoutParents(leases, byKey).filter(({ leaseKey, childShardIds }) =>
    childShardIds.length === 0
      ? isGone(leaseKey)
      : childShardIds.every((id) => {
          const child = byKey.get(id);
          return child === undefined ? isGone(id) : !isStart(child.checkpoint);
        }),
  );
}

/** The ended leases of which only a list of the shards can tell whether they have served. */
export function unclearWhetherServed(leases: readonly Lease[]): readonly Lease[] {
  const byKey = new Map(leases.map((lease) => [lease.leaseKey, lease]));
  return endedWithoutParents(leases, byKey).filter(
    ({ childShardIds }) => childShardIds.length === 0 || childShardIds.some((id) => !byKey.has(id)),
  );
}

function endedWithoutParents(leases: readonly Lease[], byKey: ReadonlyMap<string, Lease>): readonly Lease[] {
  return leases.filter((lease) => hasEnded(lease) && lease.parentShardIds.every((id) => !byKey.has(id)));
}
