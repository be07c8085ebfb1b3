import { hasEnded, type Lease } from '../../decisions/lease';
import { AT_TIMESTAMP, SHARD_END } from '../../decisions/position';
import { missingLeases, newLease, type Shard, type StartWord } from '../../decisions/shard-graph';
import type { Emit } from '../../events';
import type { LeaseStore } from '../../ports/lease-store';
import type { ShardSource } from '../../ports/shard-source';

export interface ShardEndProps {
  readonly store: LeaseStore;
  readonly source: ShardSource;
  readonly emit: Emit;
  readonly start: StartWord;
}

/**
 * Records the children of a shard that has ended: creates their leases, then names them in the parent's lease. Only then may the
 * parent go to SHARD_END, or nobody would ever read its children. May be repeated.
 *
 * A merged child is left to its other parent when that one has no lease yet: it will get one when a shard before it ends, and a
 * child created now would overtake it.
 *
 * When the shard is gone, its children may be gone as well: then every shard that is listed and has none gets its lease, from its
 * beginning, whatever the initial position, for the application was not new.
 *
 * @param named - the children as the stream named them at the end of the shard; listed when empty
 * @param readNothing - not one record was read from the shard
 * @returns the ids of all children
 * @throws Error when the stream names no children: they appear shortly after the parent closes
 */
export async function recordChildren(
  props: ShardEndProps,
  parent: Lease,
  named: readonly Shard[] | 'gone',
  readNothing: boolean,
): Promise<readonly string[]> {
  const { source, store } = props;
  const gone = named === 'gone';
  const children = named.length > 0 && !gone ? named : await childrenListed(source, parent.leaseKey);
  if (children.length === 0 && !gone) {
    throw new Error(`shard ${parent.leaseKey} has ended, but the stream names no children of it yet`);
  }
  // Nothing was read, so all that was asked for comes later: the children start at the same time, not at their beginning.
  const seeksTimestamp = readNothing && parent.checkpoint.sequenceNumber === AT_TIMESTAMP.sequenceNumber;
  const created: string[] = [];
  for (const lease of gone
    ? await leasesAfter({ ...props, start: 'TRIM_HORIZON' }, parent)
    : await leasesFor(props, parent, children)) {
    const throughputKBps = gone || parent.throughputKBps === undefined ? undefined : parent.throughputKBps / children.length;
    const outcome = await store.create({ ...lease, throughputKBps, ...(seeksTimestamp && { checkpoint: AT_TIMESTAMP }) });
    if (outcome === 'created') {
      created.push(lease.leaseKey);
    }
  }
  if (created.length > 0) {
    props.emit({ type: 'leases-created', shardIds: created, parentShardId: parent.leaseKey });
  }
  const ids = children.map(({ shardId }) => shardId);
  if (ids.length > 0) {
    await store.setChildShardIds(parent.leaseKey, ids);
  }
  return ids;
}

async function childrenListed(source: ShardSource, parentId: string): Promise<readonly Shard[]> {
  const shards = await source.listShards();
  return shards.filter(({ parentShardIds }) => parentShardIds.includes(parentId));
}

async function leasesFor(
  { store, source, start }: ShardEndProps,
  parent: Lease,
  children: readonly Shard[],
): Promise<readonly Lease[]> {
  const others = children.flatMap(({ parentShardIds }) => parentShardIds).filter((id) => id !== parent.leaseKey);
  const leasesOfOthers = await Promise.all(others.map((id) => store.get(id)));
  if (leasesOfOthers.every((lease) => lease !== undefined)) {
    return children.map((child) => newLease(child, firstPosition));
  }
  // Rare: whether the other parent is gone or still to come shows only in the whole graph.
  const ids = new Set(children.map(({ shardId }) => shardId));
  const missing = await leasesAfter({ store, source, start }, parent);
  return missing.filter(({ leaseKey }) => ids.has(leaseKey));
}

/** The leases that are missing once this shard is done. */
async function leasesAfter(
  { store, source, start }: Pick<ShardEndProps, 'store' | 'source' | 'start'>,
  parent: Lease,
): Promise<readonly Lease[]> {
  const { leases } = await store.list();
  const asEnded = leases.map((lease) => (lease.leaseKey === parent.leaseKey ? { ...lease, checkpoint: SHARD_END } : lease));
  return missingLeases(await source.listShards(), asEnded, start);
}

/** Whatever the application's initial position: the records of a child all come after those of its parent. */
const firstPosition = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 } as const;

/** Whether a child can be read: its lease is there, nobody has it, and each of its parents is done. */
export async function childReady(store: LeaseStore, childId: string): Promise<Lease | undefined> {
  const lease = await store.get(childId);
  if (lease === undefined || lease.owner !== undefined || hasEnded(lease)) {
    return undefined;
  }
  const parents = await Promise.all(lease.parentShardIds.map((id) => store.get(id)));
  return parents.every((parent) => parent === undefined || hasEnded(parent)) ? lease : undefined;
}
