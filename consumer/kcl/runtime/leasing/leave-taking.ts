import type { Clock } from '../../clock';
import { isAnnounced, isHandOff, understandsRequest } from '../../decisions/hand-off';
import { hasEnded, type Lease } from '../../decisions/lease';
import { renewalsPerFailover, type WorkerSettings } from '../../options';
import type { LeaseStore } from '../../ports/lease-store';
import { untilAborted } from '../abort';
import type { OwnedLease } from './owned-lease';

export interface LeaveTakingProps {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly workerId: string;
  readonly settings: Pick<WorkerSettings, 'failoverTimeMs' | 'handOffTimeoutMs'>;
}

/** How often a worker that is about to stop looks at the table, in milliseconds: for requests, and whether anybody stays. */
export const lookMs = 250;

/** What the others need beyond their next renewal, at which they hear of the offer: to look, and to ask. Milliseconds. */
const answerMs = 1500;

/**
 * A worker that is about to stop offers its leases and goes on working on them until they are asked for, so that no shard lies idle
 * until the others look at the table. It does not wait where nobody would come: no other worker of this library is alive, or all of
 * them are about to stop as well.
 */
export class LeaveTaking {
  constructor(private readonly props: LeaveTakingProps) {}

  /**
   * Settles when each lease has been asked for, or nobody is left to ask, or `signal` is aborted: what has not been asked for then can
   * only be released.
   *
   * @param seen - the table as it was seen last
   * @param held - the leases that the worker holds now
   */
  async offer(seen: readonly Lease[], held: () => readonly OwnedLease[], signal: AbortSignal): Promise<void> {
    const peers = stayingPeers(seen, this.props.workerId);
    if (this.props.settings.handOffTimeoutMs === 0 || peers.size === 0 || held().length === 0) {
      return;
    }
    await untilAborted(Promise.all(held().map((owned) => owned.announce())), signal);
    await this.wake(peers, signal);
    await this.waitForRequests(held, signal);
  }

  /** Tells the others that there is something to take; what cannot be told they find at their next look. */
  async wake(peers: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void> {
    const { store, workerId } = this.props;
    const calls = [...peers].map(([peer, leaseKey]) => store.wake(leaseKey, peer, workerId).catch(() => undefined));
    await untilAborted(Promise.all(calls), signal);
  }

  private async waitForRequests(held: () => readonly OwnedLease[], signal: AbortSignal): Promise<void> {
    const { clock, settings, workerId } = this.props;
    const patienceMs = settings.failoverTimeMs / renewalsPerFailover + answerMs;
    let unasked = Infinity;
    for (let quietSinceMs = clock.monotonicMs(); !signal.aborted;) {
      const leases = await this.look(signal);
      if (leases !== undefined && stayingPeers(leases, workerId).size === 0 && !isAwaited(leases, workerId)) {
        return;
      }
      const rows = new Map(leases?.map((lease) => [lease.leaseKey, lease]));
      for (const owned of held()) {
        const row = rows.get(owned.lease.leaseKey);
        if (row !== undefined) {
          owned.notice(row);
        }
      }
      const left = held().filter((owned) => owned.held && owned.requester === undefined).length;
      if (left < unasked) {
        unasked = left;
        quietSinceMs = clock.monotonicMs();
      }
      if (left === 0 || clock.monotonicMs() - quietSinceMs >= patienceMs) {
        return;
      }
      await clock.sleep(lookMs, signal);
    }
  }

  /** Undefined when the table does not answer; its failure has been told. */
  private async look(signal: AbortSignal): Promise<readonly Lease[] | undefined> {
    try {
      const seen = await untilAborted(this.props.store.list(), signal);
      return seen === 'aborted' ? undefined : seen.leases;
    } catch {
      return undefined;
    }
  }
}

/** The workers of this library that hold a lease and do not offer it, each with one of its leases. Dead ones may be among them. */
export function stayingPeers(leases: readonly Lease[], me: string): ReadonlyMap<string, string> {
  return new Map(
    leases.flatMap((lease) =>
      !hasEnded(lease) && understandsRequest(lease) && !isAnnounced(lease) && lease.owner !== undefined && lease.owner !== me
        ? [[lease.owner, lease.leaseKey] as const]
        : [],
    ),
  );
}

/** Whether somebody waits for a lease, who may have none yet. */
function isAwaited(leases: readonly Lease[], me: string): boolean {
  return leases.some((lease) => isHandOff(lease) && lease.owner !== me);
}
