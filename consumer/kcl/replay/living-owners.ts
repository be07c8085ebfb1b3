import type { Clock } from '../clock';
import { KclError } from '../errors';
import type { LeaseStore } from '../ports/lease-store';

/**
 * Sees to it that nobody works on the table: owners that are alive renew their leases within the failover time. A table without owners
 * is found to be free at once.
 *
 * @throws KclError REPLAY_REFUSED, naming an owner
 */
export async function refuseLivingOwners(
  store: LeaseStore,
  clock: Clock,
  failoverTimeMs: number,
  signal: AbortSignal,
): Promise<void> {
  const before = new Map((await store.list()).leases.map((lease) => [lease.leaseKey, lease]));
  if (![...before.values()].some(({ owner }) => owner !== undefined)) {
    return;
  }
  await clock.sleep(failoverTimeMs, signal);
  const moved = (await store.list()).leases.find(
    ({ counter, leaseKey, owner }) => owner !== undefined && before.get(leaseKey)?.counter !== counter,
  );
  if (moved !== undefined) {
    const owner = moved.owner ?? '';
    throw new KclError('REPLAY_REFUSED', `worker ${owner} is at work on the lease table: a replay needs one of its own`);
  }
}
