import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import { maxHashKey, type HashRange } from '../decisions/hash-range';
import { comparePositions } from '../decisions/position';
import type { Shard } from '../decisions/shard-graph';
import { KclError } from '../errors';
import type { IteratorPosition, IteratorResult, RecordsResult, StreamApi } from '../ports/stream-api';
import type { KinesisRecord } from '../record';

interface StoredShard {
  readonly shard: Shard;
  readonly records: KinesisRecord[];
  closed: boolean;
  children: Shard[];
  /** Monotonic times of the GetRecords calls of the last second. */
  calls: number[];
}

interface Iterator {
  readonly shardId: string;
  readonly index: number;
  readonly issuedMs: number;
}

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
const callsPerSecond = 5;
const iteratorLifeMs = 300_000;

/** A stream in memory with the limits and the endings of a real one; time comes from the clock it is given. */
export class InMemoryStream implements StreamApi {
  private readonly shards = new Map<string, StoredShard>();
  private created = 0;
  private records = 0;
  private deleted = false;

  constructor(
    private readonly clock: Clock,
    shardCount: number,
  ) {
    const width = (maxHashKey + 1n) / BigInt(shardCount);
    for (let i = 0; i < shardCount; i += 1) {
      const start = width * BigInt(i);
      this.add([], range(start, i === shardCount - 1 ? maxHashKey : start + width - 1n));
    }
  }

  /** Puts a record into the open shard of its partition key. */
  put(partitionKey: string, data: Uint8Array = new Uint8Array()): KinesisRecord & { readonly shardId: string } {
    const hash = BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
    const target = [...this.shards.values()].find(
      ({ closed, shard: { hashRange } }) =>
        !closed && BigInt(hashRange.startingHashKey) <= hash && hash <= BigInt(hashRange.endingHashKey),
    );
    if (target === undefined) {
      throw new Error('no open shard for the partition key');
    }
    const record = {
      partitionKey,
      sequenceNumber: this.nextSequenceNumber(),
      subSequenceNumber: 0,
      data,
      arrivalTimeMs: this.clock.wallMs(),
    };
    target.records.push(record);
    return { ...record, shardId: target.shard.shardId };
  }

  /** Halves an open shard. */
  split(shardId: string): readonly Shard[] {
    const parent = this.open(shardId);
    const start = BigInt(parent.shard.hashRange.startingHashKey);
    const end = BigInt(parent.shard.hashRange.endingHashKey);
    const middle = (start + end) / 2n;
    const children = [this.add([shardId], range(start, middle)), this.add([shardId], range(middle + 1n, end))];
    parent.closed = true;
    parent.children = children;
    return children;
  }

  /** Joins two open shards whose ranges are next to each other. */
  merge(shardId: string, adjacentShardId: string): Shard {
    const parents = [this.open(shardId), this.open(adjacentShardId)];
    const [low, high] = parents
      .map(({ shard }) => shard.hashRange)
      .sort((a, b) => (BigInt(a.startingHashKey) < BigInt(b.startingHashKey) ? -1 : 1)) as [HashRange, HashRange];
    if (BigInt(low.endingHashKey) + 1n !== BigInt(high.startingHashKey)) {
      throw new Error(`shards ${shardId} and ${adjacentShardId} are not adjacent`);
    }
    const child = this.add([shardId, adjacentShardId], {
      startingHashKey: low.startingHashKey,
      endingHashKey: high.endingHashKey,
    });
    for (const parent of parents) {
      parent.closed = true;
      parent.children = [child];
    }
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

  get openShardIds(): readonly string[] {
    return [...this.shards.values()].filter(({ closed }) => !closed).map(({ shard }) => shard.shardId);
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
    if (nowMs - issuedMs > iteratorLifeMs) {
      return { kind: 'expired' };
    }
    const stored = this.shards.get(shardId);
    if (stored === undefined) {
      return { kind: 'expired' };
    }
    stored.calls = stored.calls.filter((calledMs) => nowMs - calledMs < 1000);
    if (stored.calls.length >= callsPerSecond) {
      return { kind: 'throttled' };
    }
    stored.calls.push(nowMs);
    const records = stored.records.slice(index, index + limit);
    const next = stored.records[index + records.length];
    const ended = stored.closed && next === undefined;
    return {
      kind: 'records',
      batch: { records, millisBehindLatest: next === undefined ? 0 : this.clock.wallMs() - next.arrivalTimeMs },
      bytes: records.reduce((sum, { data }) => sum + data.byteLength, 0),
      nextIterator: ended ? undefined : this.iteratorAt(shardId, index + records.length),
      children: ended ? stored.children : [],
    };
  }

  private iteratorAt(shardId: string, index: number): string {
    const iterator: Iterator = { shardId, index, issuedMs: this.clock.monotonicMs() };
    return JSON.stringify(iterator);
  }

  private add(parentShardIds: readonly string[], hashRange: HashRange): Shard {
    const shardId = `shardId-${String(this.created).padStart(12, '0')}`;
    this.created += 1;
    const shard = { shardId, parentShardIds, hashRange, closed: false };
    this.shards.set(shardId, { shard, records: [], closed: false, children: [], calls: [] });
    return shard;
  }

  private find(shardId: string): StoredShard {
    const stored = this.shards.get(shardId);
    if (stored === undefined) {
      throw new KclError('STREAM_MISSING', `there is no shard ${shardId}`);
    }
    return stored;
  }

  private open(shardId: string): StoredShard {
    const stored = this.find(shardId);
    if (stored.closed) {
      throw new Error(`shard ${shardId} is closed`);
    }
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
    return `4959033827149025660855969253836157109592${String(this.records).padStart(16, '0')}`;
  }
}

function range(start: bigint, end: bigint): HashRange {
  return { startingHashKey: String(start), endingHashKey: String(end) };
}

/** The first record that an iterator of this kind gives; past the last one when there is none yet. */
function indexOf(records: readonly KinesisRecord[], from: IteratorPosition): number {
  const firstThat = (matches: (record: KinesisRecord) => boolean): number => {
    const index = records.findIndex(matches);
    return index < 0 ? records.length : index;
  };
  switch (from.type) {
    case 'TRIM_HORIZON':
      return 0;
    case 'LATEST':
      return records.length;
    case 'AT_TIMESTAMP':
      return firstThat(({ arrivalTimeMs }) => arrivalTimeMs >= from.timestampMs);
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const least = from.type === 'AFTER_SEQUENCE_NUMBER' ? 1 : 0;
      const position = { sequenceNumber: from.sequenceNumber, subSequenceNumber: 0 };
      return firstThat((record) => comparePositions(record, position) >= least);
    }
  }
}
