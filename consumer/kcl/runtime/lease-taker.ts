import type { Clock, Random } from '../clock';
import { backoffMs } from '../decisions/backoff';
import { hasEnded, type Lease } from '../decisions/lease';
import { deadSince, observe, type Sightings } from '../decisions/lease-observation';
import { planTakes, type PlannedTake, type TakeReason } from '../decisions/lease-plan';
import { mayStart } from '../decisions/shard-graph';
import type { Emit } from '../events';
import { renewalsPerFailover, type WorkerSettings } from '../options';
import type { LeaseStore } from '../ports/lease-store';
import { settled } from './owned-lease';
import { childReady } from './shard-end';

export interface LeaseTakerProps {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly workerId: string;
  readonly settings: WorkerSettings;
  /** Aborted when nothing may be taken any more. */
  readonly stopping: AbortSignal;
  /** Whether this worker works on the shard, or is about to end its work on it. */
  readonly holds: (leaseKey: string) => boolean;
  /** How many shards this worker works on. */
  readonly heldCount: () => number;
  /** Starts the work on a lease just taken. `takenMs`: monotonic time before the take was sent. */
  readonly onTaken: (lease: Lease, takenMs: number) => void;
}

/** `lost`: another worker has it. `failed`: nobody knows, or it was not written; the table did not answer as it should. */
type TakeOutcome = 'taken' | 'lost' | 'failed';

/** Looks at the table and takes what the plan says. */
export class LeaseTaker {
  private sightings: Sightings = new Map();
  /** Leases that this worker gave away because it could not work on them; others come first, until then. */
  private readonly avoidedUntil = new Map<string, number>();
  private readonly reported = new Set<string>();
  private readonly taking = new Set<string>();
  /** Scans in a row in which another worker was faster. */
  private scansLost = 0;

  constructor(private readonly props: LeaseTakerProps) {}

  /** Leaves a lease to others for two scans, in which each of them has looked at the table once at least. */
  avoid(leaseKey: string): void {
    const { clock, settings } = this.props;
    this.avoidedUntil.set(leaseKey, clock.monotonicMs() + 2 * settings.leaseScanIntervalMs);
  }

  /** One scan. @returns how long until the next, in milliseconds */
  async scan(): Promise<number> {
    const { clock, emit, random, settings, stopping, store, workerId } = this.props;
    const startedMs = clock.monotonicMs();
    const { leases, unreadable } = await store.list();
    if (stopping.aborted) {
      return settings.leaseScanIntervalMs;
    }
    this.sightings = observe(this.sightings, leases, clock.monotonicMs());
    for (const row of unreadable.filter(({ leaseKey }) => !this.reported.has(leaseKey))) {
      this.reported.add(row.leaseKey);
      emit({ type: 'lease-row-unreadable', ...row });
    }
    const byKey = new Map(leases.map((lease) => [lease.leaseKey, lease]));
    const workable = leases.filter(
      (lease) => !hasEnded(lease) && mayStart(lease, byKey) && (this.avoidedUntil.get(lease.leaseKey) ?? 0) <= startedMs,
    );
    const plan = planTakes({
      leases: workable.map((lease) => ({
        lease,
        held: this.isBusy(lease.leaseKey),
        deadSinceMs: deadSince(this.sightings, lease, startedMs, settings.failoverTimeMs),
      })),
      me: workerId,
      maxLeases: settings.maxLeasesForWorker,
      maxSteals: settings.maxLeasesToStealAtOneTime,
      random,
    });
    const outcomes = await Promise.all(plan.map(({ lease, reason }) => this.take(lease, reason)));
    return Math.min(settings.leaseScanIntervalMs, this.untilNextScan(plan, outcomes));
  }

  /** Takes the children of a shard that has just ended, as far as they can be read: nobody has to wait for a scan. */
  async takeChildren(childShardIds: readonly string[]): Promise<void> {
    const { heldCount, settings, store } = this.props;
    for (const id of childShardIds) {
      const lease = await childReady(store, id);
      if (lease !== undefined && !this.isBusy(id) && heldCount() < settings.maxLeasesForWorker) {
        await this.take(lease, 'child');
      }
    }
  }

  /** Soon when this scan did not settle who has what, in milliseconds. */
  private untilNextScan(plan: readonly PlannedTake[], outcomes: readonly TakeOutcome[]): number {
    const { random, settings } = this.props;
    const { failoverTimeMs, leaseScanIntervalMs } = settings;
    this.scansLost = outcomes.includes('lost') ? this.scansLost + 1 : 0;
    if (outcomes.includes('failed')) {
      // As after a scan that failed: a table that is throttled or refuses writes must not be asked the faster for it.
      return failoverTimeMs / renewalsPerFailover;
    }
    if (this.scansLost > 0) {
      // Another worker looked at the same time and was faster, as when a fleet starts: what it left is to be seen at once, but not at
      // the same time again. Ever later, should it go on: the owner of a lease worth stealing may simply write too often.
      return backoffMs(this.scansLost - 1, { firstMs: failoverTimeMs / 10, maxMs: leaseScanIntervalMs }, random);
    }
    // What was taken may not be the whole share: only so many are stolen at a time, and none as long as one is free. No need to wait
    // long for each step; a scan that finds nothing to take is the last of them.
    return plan.length > 0 ? failoverTimeMs / renewalsPerFailover : leaseScanIntervalMs;
  }

  private isBusy(leaseKey: string): boolean {
    return this.props.holds(leaseKey) || this.taking.has(leaseKey);
  }

  private async take(lease: Lease, reason: TakeReason | 'child'): Promise<TakeOutcome> {
    const { clock, emit, onTaken, store, workerId } = this.props;
    const shardId = lease.leaseKey;
    const sentMs = clock.monotonicMs();
    this.taking.add(shardId);
    try {
      const taken = await settled(store, lease, { kind: 'take', owner: workerId }, workerId, (error) =>
        emit({ type: 'round-failed', round: 'take', error }),
      );
      if (taken === 'lost') {
        emit({ type: 'lease-take-lost', shardId });
        return 'lost';
      }
      if (!taken.applied) {
        return 'failed';
      }
      emit({ type: 'lease-taken', shardId, reason, previousOwner: lease.owner, checkpoint: taken.lease.checkpoint });
      onTaken(taken.lease, sentMs);
      return 'taken';
    } catch (error: unknown) {
      // Nothing is known of the take. Should it have gone through, the next scan finds a lease of mine that I do not work on.
      emit({ type: 'round-failed', round: 'take', error });
      return 'failed';
    } finally {
      this.taking.delete(shardId);
    }
  }
}
