import { hasEnded, type Lease } from './lease';
import { isStart } from './position';

/**
 * The leases that have served: at SHARD_END, with children that are all past their first position. Parents go before children, so
 * that a lease that is missing below one that is there was never created, rather than cleaned up.
 *
 * Source: `LeaseCleanupManager`.
 */
export function leasesToCleanUp(leases: readonly Lease[]): readonly Lease[] {
  const byKey = new Map(leases.map((lease) => [lease.leaseKey, lease]));
  return leases.filter(
    (lease) =>
      hasEnded(lease) &&
      lease.childShardIds.length > 0 &&
      lease.childShardIds.every((id) => {
        const child = byKey.get(id);
        return child !== undefined && !isStart(child.checkpoint);
      }) &&
      lease.parentShardIds.every((id) => !byKey.has(id)),
  );
}
