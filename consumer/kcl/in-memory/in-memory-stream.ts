import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import { maxHashKey, type HashRange } from '../decisions/hash-range';
import type { Shard } from '../decisions/shard-graph';
import { KclError } from '../errors';
import type { IteratorPosition, IteratorResult, RecordsResult, StreamApi } from '../ports/stream-api';
import { dataBytes, type KinesisRecord } from '../record';
import { indexOf, upTo } from './stored-records';

interface StoredShard {
  readonly shard: Shard;
  readonly start: bigint;
  readonly end: bigint;
  readonly records: KinesisRecord[];
  closed: boolean;
  children: Shard[];
  /** Monotonic times of the GetRecords calls of the last second. */
  calls: number[];
  /** Monotonic time until which what was read takes up the shard's two mebibytes a second. */
  readMs: number;
}

interface Iterator {
  readonly shardId: string;
  readonly index: number;
  readonly issuedMs: number;
}

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
const callsPerSecond = 5;
const iteratorLifeMs = 300_000;
const bytesPerMs = (2 * 1024 * 1024) / 1000;
const maxReplyBytes = 10 * 1024 * 1024;

/** What a producer gives beside its partition key. */
export interface PutOptions {
  readonly data?: Uint8Array;
  /** Decides on the shard in place of the partition key's hash. */
  readonly explicitHashKey?: bigint;
}

/** What of a real stream's behaviour may differ from one to the next. */
export interface InMemoryStreamOptions {
  /** By how much a record's stamp is older than the moment at which it can be read, in milliseconds; asked for at each put. @default 0 */
  readonly stampedEarlierMs?: () => number;
  /** By how much the clock of the host that answers is ahead, in milliseconds. @default 0 */
  readonly hostAheadMs?: () => number;
  /** Whether the read of a closed shard's last records leaves its end to the one after it. @default false */
  readonly tellsEndLater?: boolean;
}

const noData = new Uint8Array();

/** A stream in memory with the limits and the endings of a real one; time comes from the clock it is given. */
export class InMemoryStream implements StreamApi {
  private readonly shards = new Map<string, StoredShard>();
  /** In the order of their hash ranges, which cover all hash keys. */
  private readonly open: StoredShard[] = [];
  private iteratorsFromMs = -Infinity;
  private created = 0;
  private records = 0;
  private deleted = false;

  constructor(
    private readonly clock: Clock,
    shardCount: number,
    private readonly options: InMemoryStreamOptions = {},
  ) {
    const width = (maxHashKey + 1n) / BigInt(shardCount);
    for (let i = 0; i < shardCount; i += 1) {
      const start = width * BigInt(i);
      this.add([], range(start, i === shardCount - 1 ? maxHashKey : start + width - 1n));
    }
  }

  /** Puts a record into the open shard of its partition key. */
  put(partitionKey: string, data: Uint8Array | PutOptions = {}): KinesisRecord & { readonly shardId: string } {
    const options = data instanceof Uint8Array ? { data } : data;
    const hash = options.explicitHashKey ?? BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
    const target = this.open.find(({ end }) => hash <= end);
    if (target === undefined || hash < target.start) {
      throw new Error('no open shard for the partition key');
    }
    const record = {
      partitionKey,
      sequenceNumber: this.nextSequenceNumber(),
      subSequenceNumber: 0,
      data: options.data ?? noData,
      arrivalTimeMs: this.clock.wallMs() - (this.options.stampedEarlierMs?.() ?? 0),
    };
    target.records.push(record);
    return { ...record, shardId: target.shard.shardId };
  }

  /** Halves an open shard. */
  split(shardId: string): readonly Shard[] {
    const parent = this.close(shardId);
    const { end, start } = parent;
    const middle = (start + end) / 2n;
    parent.children = [this.add([shardId], range(start, middle)), this.add([shardId], range(middle + 1n, end))];
    return parent.children;
  }

  /** Joins two open shards whose ranges are next to each other. */
  merge(shardId: string, adjacentShardId: string): Shard {
    const [low, high] = [this.openShard(shardId), this.openShard(adjacentShardId)].sort((a, b) =>
      a.start < b.start ? -1 : 1,
    ) as [StoredShard, StoredShard];
    if (low.end + 1n !== high.start) {
      throw new Error(`shards ${shardId} and ${adjacentShardId} are not adjacent`);
    }
    [low, high].forEach(({ shard }) => this.close(shard.shardId));
    const child = this.add([shardId, adjacentShardId], range(low.start, high.end));
    low.children = [child];
    high.children = [child];
    return child;
  }

  /** The retention of a closed shard is over: it is listed no more. */
  trim(shardId: string): void {
    if (!this.find(shardId).closed) {
      throw new Error(`shard ${shardId} is open`);
    }
    this.shards.delete(shardId);
  }

  /** From now on there is no such stream. */
  deleteStream(): void {
    this.deleted = true;
  }

  /** From now on every iterator that was handed out is too old. */
  expireIterators(): void {
    this.iteratorsFromMs = this.clock.monotonicMs();
  }

  /** In the order of their hash ranges. */
  get openShardIds(): readonly string[] {
    return this.open.map(({ shard }) => shard.shardId);
  }

  /** Those that are still listed. */
  get closedShardIds(): readonly string[] {
    return [...this.shards.values()].filter(({ closed }) => closed).map(({ shard }) => shard.shardId);
  }

  /** Of the open shards, in order. */
  get openRanges(): readonly HashRange[] {
    return this.open.map(({ shard }) => shard.hashRange);
  }

  rangeOf(shardId: string): HashRange {
    return this.find(shardId).shard.hashRange;
  }

  /** The first hash key of a shard. */
  startOf(shardId: string): bigint {
    return this.find(shardId).start;
  }

  /** The shards that came out of this one; none while it is open, or when it is no longer listed. */
  childrenOf(shardId: string): readonly Shard[] {
    return this.shards.get(shardId)?.children ?? [];
  }

  /** The shards that this one came out of. */
  parentsOf(shardId: string): readonly string[] {
    return this.shards.get(shardId)?.shard.parentShardIds ?? [];
  }

  /** Of the record that was put last, into whichever shard; below that of any record when there is none. */
  get lastSequenceNumber(): string {
    return `4959033827149025660855969253836157109592${String(this.records).padStart(16, '0')}`;
  }

  /** The shard that an iterator reads. */
  shardOf(iterator: string): string {
    return (JSON.parse(iterator) as Iterator).shardId;
  }

  async listShards(): Promise<readonly Shard[]> {
    this.assertExists();
    return [...this.shards.values()].map(({ shard, closed }) => ({ ...shard, closed }));
  }

  async getIterator(shardId: string, from: IteratorPosition): Promise<IteratorResult> {
    this.assertExists();
    const stored = this.shards.get(shardId);
    return stored === undefined
      ? { kind: 'gone' }
      : { kind: 'iterator', iterator: this.iteratorAt(shardId, indexOf(stored.records, from)) };
  }

  async getRecords(iterator: string, limit: number): Promise<RecordsResult> {
    this.assertExists();
    const { shardId, index, issuedMs } = JSON.parse(iterator) as Iterator;
    const nowMs = this.clock.monotonicMs();
    if (nowMs - issuedMs > iteratorLifeMs || issuedMs < this.iteratorsFromMs) {
      return { kind: 'expired' };
    }
    const stored = this.shards.get(shardId);
    if (stored === undefined) {
      return { kind: 'expired' };
    }
    stored.calls = stored.calls.filter((calledMs) => nowMs - calledMs < 1000);
    if (stored.calls.length >= callsPerSecond || nowMs < stored.readMs) {
      return { kind: 'throttled' };
    }
    stored.calls.push(nowMs);
    const records = upTo(maxReplyBytes, stored.records.slice(index, index + limit));
    const bytes = dataBytes(records);
    // A reply may be larger than what a second allows; the calls after it wait for it.
    stored.readMs = nowMs + Math.max(0, bytes / bytesPerMs - 1000);
    const next = stored.records[index + records.length];
    const ended = stored.closed && next === undefined && (records.length === 0 || this.options.tellsEndLater !== true);
    return {
      kind: 'records',
      batch: { records, millisBehindLatest: next === undefined ? 0 : this.clock.wallMs() - next.arrivalTimeMs },
      bytes,
      nextIterator: ended ? undefined : this.iteratorAt(shardId, index + records.length),
      children: ended ? stored.children : [],
      streamTimeMs: this.nowInSeconds(),
    };
  }

  /** As the header Date of a real one: whole seconds. */
  private nowInSeconds(): number {
    return Math.floor((this.clock.wallMs() + (this.options.hostAheadMs?.() ?? 0)) / 1000) * 1000;
  }

  private iteratorAt(shardId: string, index: number): string {
    const iterator: Iterator = { shardId, index, issuedMs: this.clock.monotonicMs() };
    return JSON.stringify(iterator);
  }

  private add(parentShardIds: readonly string[], hashRange: HashRange): Shard {
    const shardId = `shardId-${String(this.created).padStart(12, '0')}`;
    this.created += 1;
    const shard = { shardId, parentShardIds, hashRange, closed: false };
    const start = BigInt(hashRange.startingHashKey);
    const end = BigInt(hashRange.endingHashKey);
    const stored: StoredShard = { shard, start, end, records: [], closed: false, children: [], calls: [], readMs: 0 };
    this.shards.set(shardId, stored);
    const at = this.open.findIndex((other) => start < other.start);
    this.open.splice(at < 0 ? this.open.length : at, 0, stored);
    return shard;
  }

  private find(shardId: string): StoredShard {
    const stored = this.shards.get(shardId);
    if (stored === undefined) {
      throw new KclError('STREAM_MISSING', `there is no shard ${shardId}`);
    }
    return stored;
  }

  private openShard(shardId: string): StoredShard {
    const stored = this.find(shardId);
    if (stored.closed) {
      throw new Error(`shard ${shardId} is closed`);
    }
    return stored;
  }

  private close(shardId: string): StoredShard {
    const stored = this.openShard(shardId);
    stored.closed = true;
    this.open.splice(this.open.indexOf(stored), 1);
    return stored;
  }

  private assertExists(): void {
    if (this.deleted) {
      throw new KclError('STREAM_MISSING', 'the stream was deleted');
    }
  }

  /** As long as real ones, 56 digits: past what a double can hold. */
  private nextSequenceNumber(): string {
    this.records += 1;
    return this.lastSequenceNumber;
  }
}

function range(start: bigint, end: bigint): HashRange {
  return { startingHashKey: String(start), endingHashKey: String(end) };
}
