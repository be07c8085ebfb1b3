import { hashKeyOf, RangeMap, uniformRanges, type HashRange } from './hash-range';
import type { Limits } from './limits';
import { planShardCount, splitRange } from './reshard';
import { nextGeneration } from './sequence-number';
import { Shard } from './shard';
import { totalTraffic, type StreamStatistics } from './statistics';

/** How a stream takes its capacity. */
export type StreamMode = 'ON_DEMAND' | 'PROVISIONED';

/** Shards that a new stream on demand has: 4 MB/s of writes. */
export const onDemandShards = 4;

/** The partition keys whose shard is remembered, at most; a fleet has fewer devices. */
const rememberedKeys = 100_000;

const hourMs = 60 * 60 * 1000;

export interface StreamProps {
  readonly name: string;
  readonly arn: string;
  readonly mode: StreamMode;
  readonly shards: number;
  readonly retentionHours: number;
  readonly createdAtMs: number;
  readonly limits: Limits;
}

/** A stream: its shards, open and closed, and which of them a record belongs to. Every method that depends on time takes it. */
export class Stream {
  private readonly all: Shard[] = [];
  private readonly byId = new Map<string, Shard>();
  private routes: RangeMap<Shard>;
  private readonly shardOfKey = new Map<string, Shard>();
  private updatingUntilMs = Number.NEGATIVE_INFINITY;

  constructor(readonly props: StreamProps) {
    for (const range of uniformRanges(props.shards)) {
      this.create(range, [], props.createdAtMs);
    }
    this.routes = this.route();
  }

  get name(): string {
    return this.props.name;
  }

  /** UPDATING for a while after the shards changed. */
  status(nowMs: number): 'ACTIVE' | 'UPDATING' {
    return nowMs < this.updatingUntilMs ? 'UPDATING' : 'ACTIVE';
  }

  /** The oldest time from which records are kept, in milliseconds since the epoch. */
  trimHorizonMs(nowMs: number): number {
    return Math.max(this.props.createdAtMs, nowMs - this.props.retentionHours * hourMs);
  }

  /**
   * Every shard that can still hold records, its expired ones trimmed: shards closed for longer than the retention are gone. In
   * order of creation.
   */
  shards(nowMs: number): readonly Shard[] {
    const horizon = this.trimHorizonMs(nowMs);
    for (const shard of this.all) {
      shard.trim(horizon);
    }
    return this.all.filter(({ closedAtMs }) => closedAtMs === undefined || closedAtMs >= horizon);
  }

  /** The shards that take in records, in order of creation. */
  openShards(): readonly Shard[] {
    return this.all.filter((shard) => shard.isOpen);
  }

  /** The shard called `id`; undefined when there is none, or no longer. */
  shard(id: string, nowMs: number): Shard | undefined {
    const shard = this.byId.get(id);
    const horizon = this.trimHorizonMs(nowMs);
    shard?.trim(horizon);
    return shard?.closedAtMs !== undefined && shard.closedAtMs < horizon ? undefined : shard;
  }

  /** The open shard that a record goes to: by its explicit hash key, else by its partition key's MD5. */
  shardFor(partitionKey: string, explicitHashKey?: bigint): Shard {
    if (explicitHashKey !== undefined) {
      return this.routes.ownerOf(explicitHashKey);
    }
    let shard = this.shardOfKey.get(partitionKey);
    if (shard === undefined) {
      shard = this.routes.ownerOf(hashKeyOf(partitionKey));
      if (this.shardOfKey.size >= rememberedKeys) {
        this.shardOfKey.clear();
      }
      this.shardOfKey.set(partitionKey, shard);
    }
    return shard;
  }

  /** Divides an open shard. @throws RangeError when `newStart` does not lie inside it */
  split(shard: Shard, newStart: bigint, nowMs: number): void {
    for (const range of splitRange(shard.origin.range, newStart)) {
      this.create(range, [shard], nowMs);
    }
    this.changed([shard], nowMs);
  }

  /** Joins two open shards that lie beside each other. */
  merge(parent: Shard, adjacentParent: Shard, nowMs: number): void {
    const [one, other] = [parent.origin.range, adjacentParent.origin.range];
    const start = one.start < other.start ? one.start : other.start;
    const end = one.end > other.end ? one.end : other.end;
    this.create({ start, end }, [parent, adjacentParent], nowMs);
    this.changed([parent, adjacentParent], nowMs);
  }

  /** Splits and merges until there are `target` open shards of equal size. */
  updateShardCount(target: number, nowMs: number): void {
    const owner = (range: HashRange): Shard => this.routes.ownerOf(range.start);
    for (const step of planShardCount(
      this.openShards().map(({ origin }) => origin.range),
      target,
    )) {
      if (step.kind === 'split') {
        this.split(owner(step.range), step.newStart, nowMs);
      } else {
        this.merge(owner(step.lower), owner(step.upper), nowMs);
      }
    }
  }

  statistics(): StreamStatistics {
    const shards = this.all.map((shard) => shard.statistics());
    return { streamName: this.name, openShards: this.openShards().length, ...totalTraffic(shards), shards };
  }

  private create(range: HashRange, parents: readonly Shard[], nowMs: number): void {
    const stamps = parents.map(({ origin }) => origin.stamp);
    const [parent, adjacentParent] = parents;
    const shard = new Shard(
      {
        stamp: { generation: nextGeneration(nowMs, stamps), shard: this.all.length },
        range,
        createdAtMs: nowMs,
        ...(parent === undefined ? {} : { parentShardId: parent.id }),
        ...(adjacentParent === undefined ? {} : { adjacentParentShardId: adjacentParent.id }),
      },
      this.props.limits,
    );
    this.all.push(shard);
    this.byId.set(shard.id, shard);
    for (const each of parents) {
      each.children.push(shard);
    }
  }

  private changed(closed: readonly Shard[], nowMs: number): void {
    for (const shard of closed) {
      shard.close(nowMs);
    }
    this.shardOfKey.clear();
    this.routes = this.route();
    this.updatingUntilMs = nowMs + this.props.limits.updatingMs;
  }

  private route(): RangeMap<Shard> {
    return new RangeMap(this.openShards().map((shard) => ({ range: shard.origin.range, owner: shard })));
  }
}
