import type { Clock } from '../../clock';
import { leasesToCleanUp, unclearWhetherServed } from '../../decisions/clean-up';
import { findHole, noHoleSeen, sightingsBeforeListing, watchHole, type HoleWatch } from '../../decisions/hash-range';
import { hasEnded, type Lease } from '../../decisions/lease';
import { missingLeases, type StartWord } from '../../decisions/shard-graph';
import type { Emit } from '../../events';
import type { WorkerSettings } from '../../options';
import type { LeaseStore } from '../../ports/lease-store';
import type { ShardSource } from '../../ports/shard-source';

export interface LeaseAuditProps {
  readonly store: LeaseStore;
  readonly source: ShardSource;
  readonly emit: Emit;
  readonly start: StartWord;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly settings: Pick<WorkerSettings, 'failoverTimeMs'>;
}

/**
 * How long an ended lease stays, in failover times and in milliseconds at least: a request to create it that was given up as lost may still
 * be under way, and would create it again once it is gone.
 */
const restBeforeCleanUp = { failovers: 2, leastMs: 10_000 } as const;

/**
 * Keeps the table true to the stream: every shard has its lease, every lease its hash range, and leases that have served go. All
 * workers do it, at their own times; every write is conditional, so doing it twice does no harm.
 */
export class LeaseAudit {
  private watch: HoleWatch = noHoleSeen;
  /** Since when each ended lease has been seen as such, in monotonic milliseconds. */
  private endedSince: ReadonlyMap<string, number> = new Map();

  constructor(private readonly props: LeaseAuditProps) {}

  /** At the start: shards are listed when the table is empty or does not cover all hash keys. */
  async start(): Promise<void> {
    const { leases } = await this.props.store.list();
    if (leases.length === 0 || holeIn(leases) !== undefined) {
      await this.sync(leases, 'start');
    }
  }

  /**
   * One round: a hole must be seen three rounds in a row before shards are listed.
   *
   * @throws KclError NATIVE_KCL3_FLEET when such a fleet has come to own the table meanwhile
   */
  async round(): Promise<void> {
    const { emit, store } = this.props;
    await store.open();
    const { leases } = await store.list();
    if (leases.some((lease) => !hasEnded(lease) && lease.hashRange === undefined)) {
      await this.sync(leases, 'hash-range-missing');
    } else {
      const hole = holeIn(leases);
      this.watch = watchHole(this.watch, hole);
      if (hole !== undefined) {
        emit({ type: 'hash-range-hole', hole, sightings: this.watch.sightings });
      }
      if (this.watch.sightings >= sightingsBeforeListing) {
        this.watch = noHoleSeen;
        await this.sync(leases, 'hole');
      }
    }
    await this.cleanUp(leases);
  }

  private async cleanUp(leases: readonly Lease[]): Promise<void> {
    const { clock, emit, settings, source, store } = this.props;
    const nowMs = clock.monotonicMs();
    const ended = leases.filter(hasEnded).map(({ leaseKey }) => leaseKey);
    this.endedSince = new Map(ended.map((key) => [key, this.endedSince.get(key) ?? nowMs]));
    const restMs = Math.max(restBeforeCleanUp.failovers * settings.failoverTimeMs, restBeforeCleanUp.leastMs);
    const unclear = holeIn(leases) === undefined ? unclearWhetherServed(leases) : [];
    const shards = unclear.length > 0 ? await source.listShards() : undefined;
    for (const lease of leasesToCleanUp(leases, shards && new Set(shards.map(({ shardId }) => shardId)))) {
      const rested = nowMs - (this.endedSince.get(lease.leaseKey) ?? nowMs) >= restMs;
      if (rested && (await store.delete(lease)) === 'deleted') {
        emit({ type: 'lease-cleaned-up', shardId: lease.leaseKey });
      }
    }
    for (const { leaseKey, childShardIds } of unclear) {
      const children = shards?.filter(({ parentShardIds }) => parentShardIds.includes(leaseKey)) ?? [];
      if (childShardIds.length === 0 && children.length > 0) {
        // Its last holder died, or knew less, when it wrote the end; the next round sees whether it has served.
        await store.setChildShardIds(
          leaseKey,
          children.map(({ shardId }) => shardId),
        );
      }
    }
  }

  /** @param leases - read before the shards are listed, so that no shard looks new that has just got its lease */
  private async sync(leases: readonly Lease[], reason: 'start' | 'hole' | 'hash-range-missing'): Promise<void> {
    const { emit, source, start, store } = this.props;
    const shards = await source.listShards();
    const created: string[] = [];
    for (const lease of missingLeases(shards, leases, start)) {
      if ((await store.create(lease)) === 'created') {
        created.push(lease.leaseKey);
      }
    }
    const ranges = new Map(shards.map((shard) => [shard.shardId, shard.hashRange]));
    for (const lease of leases) {
      const range = ranges.get(lease.leaseKey);
      if (lease.hashRange === undefined && range !== undefined) {
        await store.setHashRange(lease.leaseKey, range);
      }
    }
    if (created.length > 0) {
      emit({ type: 'leases-created', shardIds: created, parentShardId: undefined });
    }
    emit({ type: 'shard-sync', reason, shards: shards.length, leases: leases.length, created: created.length });
  }
}

/** What the leases that still have work leave uncovered; undefined when it cannot be told, since a range is missing. */
function holeIn(leases: readonly Lease[]): ReturnType<typeof findHole> {
  const ranges = leases.filter((lease) => !hasEnded(lease)).map(({ hashRange }) => hashRange);
  const known = ranges.filter((range) => range !== undefined);
  return known.length < ranges.length ? undefined : findHole(known);
}
