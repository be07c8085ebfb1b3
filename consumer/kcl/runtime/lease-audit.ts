import { leasesToCleanUp } from '../decisions/clean-up';
import { findHole, noHoleSeen, sightingsBeforeListing, watchHole, type HoleWatch } from '../decisions/hash-range';
import { hasEnded, type Lease } from '../decisions/lease';
import { missingLeases, type StartWord } from '../decisions/shard-graph';
import type { Emit } from '../events';
import type { LeaseStore } from '../ports/lease-store';
import type { ShardSource } from '../ports/shard-source';

export interface LeaseAuditProps {
  readonly store: LeaseStore;
  readonly source: ShardSource;
  readonly emit: Emit;
  readonly start: StartWord;
}

/**
 * Keeps the table true to the stream: every shard has its lease, every lease its hash range, and leases that have served go. All
 * workers do it, at their own times; every write is conditional, so doing it twice does no harm.
 */
export class LeaseAudit {
  private watch: HoleWatch = noHoleSeen;

  constructor(private readonly props: LeaseAuditProps) {}

  /** At the start: shards are listed when the table is empty or does not cover all hash keys. */
  async start(): Promise<void> {
    const { leases } = await this.props.store.list();
    if (leases.length === 0 || holeIn(leases) !== undefined) {
      await this.sync(leases, 'start');
    }
  }

  /** One round: a hole must be seen three rounds in a row before shards are listed. */
  async round(): Promise<void> {
    const { emit, store } = this.props;
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
    for (const lease of leasesToCleanUp(leases)) {
      if ((await store.delete(lease)) === 'deleted') {
        emit({ type: 'lease-cleaned-up', shardId: lease.leaseKey });
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
