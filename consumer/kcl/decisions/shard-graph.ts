import type { HashRange } from './hash-range';
import { hasEnded, type Lease } from './lease';
import { AT_TIMESTAMP, LATEST, TRIM_HORIZON, type Position } from './position';

/** A shard as the stream lists it. */
export interface Shard {
  readonly shardId: string;
  /** One after a split, two after a merge; the shards named may no longer be listed. */
  readonly parentShardIds: readonly string[];
  readonly hashRange: HashRange;
  /** It was split or merged and gets no more records. */
  readonly closed: boolean;
}

/** Where an application starts that has no checkpoint yet. */
export type StartWord = 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';

const startPositions: Readonly<Record<StartWord, Position>> = { TRIM_HORIZON, LATEST, AT_TIMESTAMP };

/**
 * A child may be read when each of its parents' leases is absent or at SHARD_END: otherwise records of one partition key would be
 * processed out of order.
 */
export function mayStart(lease: Lease, leases: ReadonlyMap<string, Lease>): boolean {
  return lease.parentShardIds.every((id) => {
    const parent = leases.get(id);
    return parent === undefined || hasEnded(parent);
  });
}

/** The lease of a shard that has none yet. */
export function newLease(shard: Shard, checkpoint: Position): Lease {
  return {
    leaseKey: shard.shardId,
    counter: 0,
    owner: undefined,
    checkpoint,
    ownerSwitchesSinceCheckpoint: 0,
    parentShardIds: shard.parentShardIds,
    childShardIds: [],
    hashRange: shard.hashRange,
  };
}

/**
 * The leases that are missing, given all shards that the stream lists. Children are created when a parent ends, so a shard gets a
 * lease here only
 * - at the application's initial position, when neither it nor a shard before or after it in the graph has ever had a lease;
 *   of a chain of such shards the oldest (for LATEST: those that are open);
 * - at TRIM_HORIZON, when each of its parents is done: it was forgotten.
 *
 * A merged shard waits until both its parents have a lease or are done: one parent may itself not have been created yet.
 *
 * Source: `HierarchicalShardSyncer`.
 */
export function missingLeases(shards: readonly Shard[], leases: readonly Lease[], start: StartWord): readonly Lease[] {
  const listed = new Map(shards.map((shard) => [shard.shardId, shard]));
  const leased = new Map(leases.map((lease) => [lease.leaseKey, lease]));
  const passed = shardsPassed(shards, leased);
  const memo = new Map<string, ParentState>();

  /** What a shard's state means to its children. */
  function stateOf(shardId: string): ParentState {
    const known = memo.get(shardId);
    if (known !== undefined) {
      return known;
    }
    // Guards against a cycle in what was listed; a shard graph has none.
    memo.set(shardId, 'unknown');
    const state = judge(shardId);
    memo.set(shardId, state);
    return state;
  }

  function judge(shardId: string): ParentState {
    const lease = leased.get(shardId);
    if (lease !== undefined) {
      return hasEnded(lease) ? 'done' : 'pending';
    }
    const shard = listed.get(shardId);
    if (shard === undefined) {
      return 'unknown';
    }
    if (passed.has(shardId)) {
      return 'done';
    }
    const parents = shard.parentShardIds.map(stateOf);
    // It will get its lease in this round or when a shard before it ends, so its children have to wait.
    return parents.some((state) => state !== 'unknown') || start !== 'LATEST' || !shard.closed ? 'pending' : 'unknown';
  }

  return shards.flatMap((shard) => {
    if (leased.has(shard.shardId) || passed.has(shard.shardId)) {
      return [];
    }
    const parents = shard.parentShardIds.map(stateOf);
    if (parents.includes('pending')) {
      return [];
    }
    if (parents.includes('done')) {
      return [newLease(shard, TRIM_HORIZON)];
    }
    return start === 'LATEST' && shard.closed ? [] : [newLease(shard, startPositions[start])];
  });
}

/** `unknown`: it never had a lease and will not get one. */
type ParentState = 'done' | 'pending' | 'unknown';

/** Shards whose lease was cleaned up: one of their descendants has a lease. */
function shardsPassed(shards: readonly Shard[], leased: ReadonlyMap<string, Lease>): ReadonlySet<string> {
  const parentsOf = new Map(shards.map((shard) => [shard.shardId, shard.parentShardIds]));
  const passed = new Set<string>();
  const open = [...leased.values()].flatMap((lease) => [...lease.parentShardIds, ...(parentsOf.get(lease.leaseKey) ?? [])]);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (!passed.has(id)) {
      passed.add(id);
      open.push(...(parentsOf.get(id) ?? []));
    }
  }
  return passed;
}
