import type { HashRange } from './hash-range';
import { isShardEnd, type Position } from './position';

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
  /**
   * What the shard's owner reads of it, in KiB a second; a moving average. KCL 3.x's own attribute; undefined when its owner does not
   * report it.
   */
  readonly throughputKBps?: number | undefined;
  /**
   * Every record of the shard that arrived before this, by the stream's clock, is checkpointed; see `watermark.ts`. Milliseconds since the
   * epoch; undefined = nothing is claimed. Never goes back.
   */
  readonly arrivalWatermarkMs?: number | undefined;
  /** The worker that still reads the shard while `owner` waits for it; see `hand-off.ts`. KCL 3.x's own attribute. */
  readonly checkpointOwner?: string | undefined;
  /** The worker of this library that wrote `owner`; when it is not `owner`, a client that knows nothing of it wrote last. */
  readonly handOffOwner?: string | undefined;
  /** The owner, when it is about to stop and offers the lease; another name is a leftover. */
  readonly leaving?: string | undefined;
  /** Somebody asks the owner to look at the table soon; its next write removes it. */
  readonly wokenBy?: string | undefined;
}

/** What the owner has found out about its shard. It goes with the writes that are made anyway. */
export interface Findings {
  readonly throughputKBps?: number | undefined;
  /** One that is lower than what stands in the lease changes nothing. */
  readonly arrivalWatermarkMs?: number | undefined;
}

/** A write to a lease. Each is fenced by the counter and raises it by one, `request-from-java` alone does not raise it. */
export type LeaseWrite =
  /** Makes `owner` the owner at once, whoever was it: what was handed over to it, what is free, expired, or stolen. */
  | { readonly kind: 'take'; readonly owner: string }
  | ({ readonly kind: 'renew' } & Findings)
  | ({ readonly kind: 'checkpoint'; readonly position: Position } & Findings)
  /** Offers the lease to whoever wants it; by its owner. */
  | { readonly kind: 'announce'; readonly owner: string }
  /** Asks the owner, a worker of this library, to hand the lease over to `owner`. */
  | { readonly kind: 'request'; readonly owner: string }
  /**
   * The same of a Java worker of KCL 3.x. It recognises a request by `checkpointOwner` alone, and only if the counter is still its own.
   */
  | { readonly kind: 'request-from-java'; readonly owner: string }
  /** Takes a request back: the lease belongs to the one that was asked again. */
  | { readonly kind: 'withdraw'; readonly owner: string }
  /** Gives the lease back: to nobody, or to the worker that has asked for it. `owner`: the worker that gives. */
  | { readonly kind: 'release'; readonly owner: string };

/** The worker that a release by `me` leaves the lease to. An ended shard's lease is left to nobody: there is no work in it. */
export function givesTo(seen: Lease, me: string): string | undefined {
  return seen.checkpointOwner === me && !hasEnded(seen) ? seen.owner : undefined;
}

/** Whether a take counts as a switch: only from one worker to another. Source: `getDynamoTakeLeaseUpdate`. */
export function changesOwner(seen: Lease, owner: string): boolean {
  return seen.owner !== undefined && seen.owner !== owner;
}

/** The watermark that a write puts into a lease; undefined when it leaves the one that is there. */
export function raisedWatermarkMs(seen: Lease, { arrivalWatermarkMs }: Findings): number | undefined {
  return arrivalWatermarkMs !== undefined && arrivalWatermarkMs > (seen.arrivalWatermarkMs ?? -Infinity)
    ? arrivalWatermarkMs
    : undefined;
}

/** Whether every record of the lease's shard has been dealt with. */
export function hasEnded(lease: Lease): boolean {
  return isShardEnd(lease.checkpoint);
}
