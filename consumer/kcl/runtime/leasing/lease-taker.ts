import type { Clock, Random } from '../../clock';
import { backoffMs } from '../../decisions/backoff';
import { isHandOff, reportsAsJava, understandsRequest } from '../../decisions/hand-off';
import { hasEnded, type Lease } from '../../decisions/lease';
import { deadSince, observe, type Sightings } from '../../decisions/lease-observation';
import { ownerOf, planTakes, type CandidateLease, type PlannedTake, type TakeReason } from '../../decisions/lease-plan';
import { byCount, byThroughput } from '../../decisions/lease-weight';
import { mayStart } from '../../decisions/shard-graph';
import type { Emit } from '../../events';
import { renewalsPerFailover, type WorkerSettings } from '../../options';
import type { LeaseStore } from '../../ports/lease-store';
import { HandOffRequests } from './hand-off-requests';
import { settled } from './settled';
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

/**
 * `requested`: its holder was asked for it. `lost`: another worker has it. `failed`: nobody knows, or it was not written; the table did
 * not answer as it should.
 */
type TakeOutcome = 'taken' | 'requested' | 'lost' | 'failed';

/** After loads were evened out by throughput, the averages need this many scans to tell what it has come to. */
const scansBetweenEveningOut = 3;

/** Looks at the table and takes what the plan says: what is free at once, what a living worker holds by asking for it. */
export class LeaseTaker {
  private readonly requests: HandOffRequests;
  private sightings: Sightings = new Map();
  private seen: readonly Lease[] = [];
  /** Leases that this worker gave away because it could not work on them; others come first, until then. */
  private readonly avoidedUntil = new Map<string, number>();
  private readonly reported = new Set<string>();
  private readonly taking = new Set<string>();
  /** Java workers that answer a request. */
  private readonly answering = new Set<string>();
  /** Scans in a row in which another worker was faster. */
  private scansLost = 0;
  /** Whether the last scan found loads that are uneven by throughput alone, and when this worker did something about it. */
  private uneven = false;
  private evenedOutMs = -Infinity;

  constructor(private readonly props: LeaseTakerProps) {
    this.requests = new HandOffRequests({
      ...props,
      take: (lease, reason) => this.take(lease, reason),
      onEnded: (childShardIds) => void this.takeChildren(childShardIds).catch((error: unknown) => this.failed(error)),
    });
  }

  /** Leaves a lease to others for two scans, in which each of them has looked at the table once at least. */
  avoid(leaseKey: string): void {
    const { clock, settings } = this.props;
    this.avoidedUntil.set(leaseKey, clock.monotonicMs() + 2 * settings.leaseScanIntervalMs);
  }

  /** The leases of the last scan. */
  get lastSeen(): readonly Lease[] {
    return this.seen;
  }

  /** Once the worker stops: settles when what it had asked for has been left to the holders. */
  settle(): Promise<void> {
    return this.requests.settle();
  }

  /** One scan. @returns how long until the next, in milliseconds */
  async scan(): Promise<number> {
    const { clock, settings, stopping, store } = this.props;
    const startedMs = clock.monotonicMs();
    const { leases, unreadable } = await store.list();
    if (stopping.aborted) {
      return settings.leaseScanIntervalMs;
    }
    this.notice(leases);
    for (const row of unreadable.filter(({ leaseKey }) => !this.reported.has(leaseKey))) {
      this.reported.add(row.leaseKey);
      this.props.emit({ type: 'lease-row-unreadable', ...row });
    }
    const plan = this.plan(leases, startedMs);
    const outcomes = await Promise.all(plan.map((each) => this.carryOut(each)));
    return Math.min(settings.leaseScanIntervalMs, this.untilNextScan(plan, outcomes));
  }

  /** Takes the children of a shard that has just ended, as far as they can be read: nobody has to wait for a scan. */
  async takeChildren(childShardIds: readonly string[]): Promise<void> {
    const { heldCount, settings, stopping, store } = this.props;
    for (const id of childShardIds) {
      const lease = await childReady(store, id);
      if (lease !== undefined && !stopping.aborted && !this.isBusy(id) && heldCount() < settings.maxLeasesForWorker) {
        await this.take(lease, 'child');
      }
    }
  }

  /** What a scan tells beside who has what. */
  private notice(leases: readonly Lease[]): void {
    const { clock, workerId } = this.props;
    const before = new Map(this.seen.map((lease) => [lease.leaseKey, lease]));
    this.sightings = observe(this.sightings, leases, clock.monotonicMs());
    this.seen = leases;
    this.requests.sized(leases.length);
    for (const lease of leases) {
      if (lease.owner !== undefined && reportsAsJava(before.get(lease.leaseKey), lease)) {
        this.answering.add(lease.owner);
      }
      if (lease.owner === workerId && isHandOff(lease) && !this.isBusy(lease.leaseKey)) {
        this.requests.adopt(lease);
      }
    }
  }

  private plan(leases: readonly Lease[], startedMs: number): readonly PlannedTake[] {
    const { clock, random, settings, workerId } = this.props;
    const byKey = new Map(leases.map((lease) => [lease.leaseKey, lease]));
    const candidates: readonly CandidateLease[] = leases
      .filter((lease) => !hasEnded(lease) && mayStart(lease, byKey) && (this.avoidedUntil.get(lease.leaseKey) ?? 0) <= startedMs)
      .map((lease) => ({
        lease,
        held: this.isBusy(lease.leaseKey),
        deadSinceMs: deadSince(this.sightings, lease, startedMs, settings.failoverTimeMs),
      }));
    const living = candidates.filter((each) => ownerOf(each, workerId) !== undefined).map(({ lease }) => lease);
    const input = {
      leases: candidates,
      me: workerId,
      maxLeases: settings.maxLeasesForWorker,
      maxSteals: settings.maxLeasesToStealAtOneTime - this.requests.steals,
      random,
    };
    const weigh = byThroughput(living);
    const plan = planTakes({ ...input, weigh });
    if (weigh === byCount || plan.every(({ reason }) => reason !== 'stolen')) {
      this.uneven = false;
      return plan;
    }
    // Throughput comes and goes. What counts alone would not move is moved only if it is found twice, and not again before the averages
    // have followed.
    const wasUneven = this.uneven;
    this.uneven = true;
    if (planTakes({ ...input, weigh: byCount }).length > 0) {
      return plan;
    }
    if (!wasUneven || clock.monotonicMs() - this.evenedOutMs < scansBetweenEveningOut * settings.leaseScanIntervalMs) {
      return [];
    }
    this.evenedOutMs = clock.monotonicMs();
    return plan;
  }

  private async carryOut({ lease, reason }: PlannedTake): Promise<TakeOutcome> {
    const asks = (reason === 'stolen' || reason === 'announced') && this.props.settings.handOffTimeoutMs > 0;
    if (asks && understandsRequest(lease)) {
      return this.ask(lease, 'request', reason === 'stolen');
    }
    if (asks && lease.checkpointOwner === undefined && this.answering.has(lease.owner ?? '')) {
      return this.ask(lease, 'request-from-java', true);
    }
    return this.take(lease, reason);
  }

  private async ask(lease: Lease, kind: 'request' | 'request-from-java', stolen: boolean): Promise<TakeOutcome> {
    this.taking.add(lease.leaseKey);
    try {
      return await this.requests.request(lease, kind, stolen);
    } finally {
      this.taking.delete(lease.leaseKey);
    }
  }

  /** A worker without a lease stands by: it looks more often, since nobody can tell it that there is one. */
  private scanIntervalMs(): number {
    const { heldCount, settings } = this.props;
    return heldCount() > 0 ? settings.leaseScanIntervalMs : settings.standbyScanIntervalMs;
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
    return plan.length > 0 ? failoverTimeMs / renewalsPerFailover : this.scanIntervalMs();
  }

  private isBusy(leaseKey: string): boolean {
    return this.props.holds(leaseKey) || this.taking.has(leaseKey) || this.requests.has(leaseKey);
  }

  private async take(lease: Lease, reason: TakeReason | 'child'): Promise<'taken' | 'lost' | 'failed'> {
    const { clock, emit, holds, onTaken, store, workerId } = this.props;
    const shardId = lease.leaseKey;
    if (holds(shardId) || this.taking.has(shardId)) {
      return 'lost';
    }
    const sentMs = clock.monotonicMs();
    this.taking.add(shardId);
    try {
      const taken = await settled(store, lease, { kind: 'take', owner: workerId }, workerId, (error) => this.failed(error));
      if (taken === 'lost') {
        emit({ type: 'lease-take-lost', shardId });
        return 'lost';
      }
      if (!taken.applied) {
        return 'failed';
      }
      const { arrivalWatermarkMs, checkpoint } = taken.lease;
      emit({ type: 'lease-taken', shardId, reason, previousOwner: lease.owner, checkpoint, arrivalWatermarkMs });
      onTaken(taken.lease, sentMs);
      return 'taken';
    } catch (error: unknown) {
      // Nothing is known of the take. Should it have gone through, the next scan finds a lease of mine that I do not work on.
      this.failed(error);
      return 'failed';
    } finally {
      this.taking.delete(shardId);
    }
  }

  private failed(error: unknown): void {
    this.props.emit({ type: 'round-failed', round: 'take', error });
  }
}
