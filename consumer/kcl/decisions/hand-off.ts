import { hasEnded, type Lease } from './lease';

/**
 * How a lease passes from one living worker to another without a gap and without repeating records.
 *
 * The next owner *requests*: it puts itself into the row as `leaseOwner` and the worker that reads as `checkpointOwner`, the attribute
 * that KCL 3.x has for this. The holder goes on reading, renewing and checkpointing, finds the request at its next write, finishes what
 * is in flight, checkpoints and *releases*: it removes `checkpointOwner`. The requester has been looking at the row meanwhile and takes
 * the lease at once. A worker that is about to stop *announces* its leases, so that others request them all, and not one at a time.
 *
 * The counter stays the only fencing token: whoever takes raises it, and the holder's next write fails. So every step may fail or be
 * repeated. A holder that dies is found by its counter standing still, a requester that dies in the same way after the release.
 *
 * Clients of KCL 2.x know neither `checkpointOwner` nor this library's attributes, and leave what stands there when they take a lease.
 * So what stands there counts only if it vouches for itself: `handOffOwner` is written together with `leaseOwner` by this library
 * alone, and where the two differ another client has taken the lease since.
 *
 * Source: `DynamoDBLeaseRefresher.initiateGracefulLeaseHandoff`, `LeaseGracefulShutdownHandler`.
 */

/** Whether `owner` waits for `checkpointOwner` to finish. */
export function isHandOff(lease: Lease): boolean {
  const { checkpointOwner, handOffOwner, owner } = lease;
  return checkpointOwner !== undefined && owner !== undefined && handOffOwner === owner && checkpointOwner !== owner;
}

/** Whether the lease's owner is a worker of this library, which answers a request. */
export function understandsRequest(lease: Lease): boolean {
  return lease.owner !== undefined && lease.handOffOwner === lease.owner && lease.checkpointOwner === undefined;
}

/**
 * Whether two sightings of a lease show that its owner is a Java worker of KCL 3.x, which answers a request, too: it alone reports
 * throughput with its renewals. What an owner before it has left there does not change.
 */
export function reportsAsJava(before: Lease | undefined, now: Lease): boolean {
  return (
    before?.owner !== undefined &&
    before.owner === now.owner &&
    now.handOffOwner !== now.owner &&
    before.throughputKBps !== undefined &&
    now.throughputKBps !== undefined &&
    before.throughputKBps !== now.throughputKBps
  );
}

/** Whether the lease's owner is about to stop and offers it. */
export function isAnnounced(lease: Lease): boolean {
  return understandsRequest(lease) && lease.leaving === lease.owner;
}

/** The worker that waits for `me` to hand the lease over. */
export function requesterOf(lease: Lease, me: string): string | undefined {
  return lease.checkpointOwner === me && lease.owner !== me ? lease.owner : undefined;
}

/** What the worker that has asked for a lease sees of it, measured on its own clock, in milliseconds. */
export interface HandOffWait {
  /** Since it asked. */
  readonly waitedMs: number;
  /** Since it saw the counter move last. */
  readonly stillMs: number;
}

/**
 * What the worker that has asked for a lease does next.
 *
 * `take`: the holder has finished. `take-expired`: it keeps the lease alive no more. `take-forced`: it takes too long. `ended`: there is
 * nothing left to read. `gone`: the lease is another worker's.
 */
export type HandOffStep = 'wait' | 'take' | 'take-expired' | 'take-forced' | 'ended' | 'gone';

export function handOffStep(
  row: Lease | undefined,
  me: string,
  { waitedMs, stillMs }: HandOffWait,
  limits: { readonly failoverTimeMs: number; readonly handOffTimeoutMs: number },
): HandOffStep {
  if (row === undefined || hasEnded(row)) {
    return 'ended';
  }
  if (row.owner === undefined) {
    return 'take';
  }
  if (row.owner !== me) {
    return 'gone';
  }
  if (!isHandOff(row)) {
    return 'take';
  }
  if (stillMs >= limits.failoverTimeMs) {
    return 'take-expired';
  }
  return waitedMs >= limits.handOffTimeoutMs ? 'take-forced' : 'wait';
}
