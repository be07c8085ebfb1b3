import type { HashRange } from './hash-range';
import { comparePositions, isShardEnd, type Position } from './position';

/**
 * A lease says which worker reads a shard and how far it has come. It is one row of a table that all workers share; nothing else
 * is shared.
 *
 * The counter is the fencing token. Every write of an owned lease is conditioned on the counter that its writer saw last and raises
 * it by one, so for one value of the counter at most one worker's write succeeds, and a worker that was paused while another took
 * its lease can write nothing any more. A counter that stands still tells the others that its owner is gone.
 */
export interface Lease {
  /** The shard's id. */
  readonly leaseKey: string;
  readonly counter: number;
  /** The worker that reads the shard; undefined = nobody. */
  readonly owner: string | undefined;
  readonly checkpoint: Position;
  /** How often the owner has changed since the last checkpoint; high = workers die before they get anything done. */
  readonly ownerSwitchesSinceCheckpoint: number;
  readonly parentShardIds: readonly string[];
  /** Known once the shard has ended. */
  readonly childShardIds: readonly string[];
  /** Undefined in rows written by old clients. */
  readonly hashRange: HashRange | undefined;
}

/** A write to a lease; each is fenced by the counter. */
export type LeaseWrite =
  | { readonly kind: 'take'; readonly owner: string }
  | { readonly kind: 'renew' }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  /** By its owner only. */
  | { readonly kind: 'release'; readonly owner: string };

/**
 * The lease after a write that was based on `seen`; `lost` when the row has moved on since.
 *
 * @param row - what the table holds at the moment of the write
 */
export function applyWrite(row: Lease | undefined, seen: Lease, write: LeaseWrite): Lease | 'lost' {
  if (row?.counter !== seen.counter) {
    return 'lost';
  }
  const counter = row.counter + 1;
  switch (write.kind) {
    case 'take':
      return {
        ...row,
        counter,
        owner: write.owner,
        ownerSwitchesSinceCheckpoint: row.ownerSwitchesSinceCheckpoint + (changesOwner(seen, write.owner) ? 1 : 0),
      };
    case 'renew':
      return { ...row, counter };
    case 'checkpoint':
      return { ...row, counter, checkpoint: write.position, ownerSwitchesSinceCheckpoint: 0 };
    case 'release':
      return row.owner === write.owner ? { ...row, counter, owner: undefined } : 'lost';
  }
}

/** Whether a take counts as a switch: only from one worker to another. Source: `getDynamoTakeLeaseUpdate`. */
export function changesOwner(seen: Lease, owner: string): boolean {
  return seen.owner !== undefined && seen.owner !== owner;
}

/**
 * What became of a write whose reply was lost or that was refused, judged by the row read afterwards. A refusal alone proves
 * nothing: the client may have repeated a request whose first reply was lost.
 *
 * `applied`: it went through. `again`: it did not, and the lease is still what the writer believes; write again on top of the row.
 * `lost`: another worker has written.
 */
export function settleWrite(row: Lease | undefined, seen: Lease, write: LeaseWrite, me: string): 'applied' | 'again' | 'lost' {
  if (row === undefined) {
    return 'lost';
  }
  const next = row.counter === seen.counter + 1;
  if (next && hasEffect(row, write, me)) {
    return 'applied';
  }
  if (row.counter === seen.counter) {
    return write.kind === 'take' || row.owner === me ? 'again' : 'lost';
  }
  // An earlier request of mine, given up as lost, may have arrived late and raised the counter in between.
  return next && row.owner === me && write.kind !== 'take' ? 'again' : 'lost';
}

function hasEffect(row: Lease, write: LeaseWrite, me: string): boolean {
  switch (write.kind) {
    case 'take':
    case 'renew':
      return row.owner === me;
    case 'checkpoint':
      return row.owner === me && comparePositions(row.checkpoint, write.position) === 0;
    case 'release':
      return row.owner === undefined;
  }
}

/** Whether every record of the lease's shard has been dealt with. */
export function hasEnded(lease: Lease): boolean {
  return isShardEnd(lease.checkpoint);
}
