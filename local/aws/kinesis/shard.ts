import type { HashRange } from './hash-range';
import type { Limits } from './limits';
import { TokenBucket } from './rate';
import { RecordLog, type StoredRecord } from './record-log';
import { SequenceNumbers, type ShardStamp } from './sequence-number';
import type { ShardStatistics } from './statistics';

/** How a shard came to be. */
export interface ShardOrigin {
  readonly stamp: ShardStamp;
  readonly range: HashRange;
  readonly createdAtMs: number;
  /** @default - none: the shard was created with the stream */
  readonly parentShardId?: string;
  /** The other parent of a merged shard. @default - none */
  readonly adjacentParentShardId?: string;
}

/** What one read of a shard gives. */
export interface ShardRead {
  readonly records: readonly StoredRecord[];
  /** Size of the records: data and partition keys. */
  readonly bytes: number;
  /** Index to go on from. */
  readonly next: number;
  /** 0 at the tip; else the age of the last record read (or, when none was, of the next one), at least 1. */
  readonly millisBehindLatest: number;
  /** The shard is closed and holds nothing at or after `next`. */
  readonly atEnd: boolean;
}

/** `shardId-000000000000`: how shards are named, in the order of their creation. */
export function shardIdOf(shard: number): string {
  return `shardId-${shard.toString().padStart(12, '0')}`;
}

/**
 * One shard: an ordered log of records with its own write and read limits. Open until a split or merge closes it; a closed
 * shard can still be read until its records are past the retention. Every method takes the time.
 */
export class Shard {
  readonly id: string;
  readonly sequenceNumbers: SequenceNumbers;
  /** The shards that took over this one's hash keys. */
  readonly children: Shard[] = [];
  private readonly log = new RecordLog();
  private readonly writeRecords: TokenBucket;
  private readonly writeBytes: TokenBucket;
  private readonly readBytes: TokenBucket;
  private readonly readCalls: TokenBucket;
  private readonly iteratorCalls: TokenBucket;
  private readonly watchers = new Set<() => void>();
  private closedAt: number | undefined;
  private readonly counts = { recordsIn: 0, bytesIn: 0, recordsOut: 0, bytesOut: 0, throttledWrites: 0, throttledReads: 0 };

  constructor(
    readonly origin: ShardOrigin,
    private readonly limits: Limits,
  ) {
    this.id = shardIdOf(origin.stamp.shard);
    this.sequenceNumbers = new SequenceNumbers(origin.stamp);
    this.writeRecords = new TokenBucket(limits.writeRecordsPerSecond);
    this.writeBytes = new TokenBucket(limits.writeBytesPerSecond);
    this.readBytes = new TokenBucket(limits.readBytesPerSecond);
    this.readCalls = new TokenBucket(limits.readCallsPerSecond);
    this.iteratorCalls = new TokenBucket(limits.iteratorCallsPerSecond);
  }

  /** When the shard was closed, in milliseconds since the epoch; undefined while it is open. */
  get closedAtMs(): number | undefined {
    return this.closedAt;
  }

  get isOpen(): boolean {
    return this.closedAt === undefined;
  }

  /** Takes in a record and returns its sequence number; undefined when the shard's write limits are used up. */
  append(partitionKey: string, data: string, bytes: number, nowMs: number): string | undefined {
    if (!this.isOpen) {
      throw new Error(`${this.id} is closed`);
    }
    if (!this.writeRecords.has(1, nowMs) || !this.writeBytes.has(bytes, nowMs)) {
      this.counts.throttledWrites += 1;
      return undefined;
    }
    this.writeRecords.take(1);
    this.writeBytes.take(bytes);
    this.counts.recordsIn += 1;
    this.counts.bytesIn += bytes;
    const sequenceNumber = this.sequenceNumbers.at(this.log.next);
    // Arrivals never go back, whatever the clock does, so that a position can be found by time.
    const arrivalMs = Math.max(nowMs, this.log.newestArrival);
    this.log.append({ sequenceNumber, arrivalMs, partitionKey, data, bytes });
    this.wake();
    return sequenceNumber;
  }

  /** Reads from `index`, or from the oldest record held when that is later; undefined when the read limits are used up. */
  read(index: number, limit: number, nowMs: number): ShardRead | undefined {
    // The call is counted only when it is not refused for the bytes that earlier calls have read.
    if (!this.readBytes.isPaid(nowMs) || !this.readCalls.has(1, nowMs)) {
      this.counts.throttledReads += 1;
      return undefined;
    }
    this.readCalls.take(1);
    const read = this.take(index, limit, this.limits.getRecordsBytes, nowMs);
    this.readBytes.takeMeasured(read.bytes);
    return read;
  }

  /** Reads from `index` for a subscription, whose rate is its own: no more than one event's bytes. */
  push(index: number, nowMs: number): ShardRead {
    return this.take(index, this.limits.getRecordsCount, this.limits.subscribeEventBytes, nowMs);
  }

  /** Calls `wake` once, when the shard has taken in a record or was closed, unless the function that is returned is called before. */
  onChange(wake: () => void): () => void {
    this.watchers.add(wake);
    return () => this.watchers.delete(wake);
  }

  private take(index: number, limit: number, maxBytes: number, nowMs: number): ShardRead {
    const records: StoredRecord[] = [];
    let bytes = 0;
    let next = Math.max(index, this.log.first);
    while (records.length < limit) {
      const record = this.log.at(next);
      if (record === undefined || (records.length > 0 && bytes + record.bytes > maxBytes)) {
        break;
      }
      records.push(record);
      bytes += record.bytes;
      next += 1;
    }
    this.counts.recordsOut += records.length;
    this.counts.bytesOut += bytes;
    const waiting = this.log.at(next);
    const reached = records.at(-1) ?? waiting;
    return {
      records,
      bytes,
      next,
      millisBehindLatest: waiting === undefined || reached === undefined ? 0 : Math.max(1, nowMs - reached.arrivalMs),
      atEnd: !this.isOpen && waiting === undefined,
    };
  }

  /** Counts a GetShardIterator call; false when there were too many in the last second. */
  countIteratorCall(nowMs: number): boolean {
    if (!this.iteratorCalls.has(1, nowMs)) {
      this.counts.throttledReads += 1;
      return false;
    }
    this.iteratorCalls.take(1);
    return true;
  }

  /** Index of the oldest record held, or of the next one to come. */
  get trimHorizon(): number {
    return this.log.first;
  }

  /** Index of the next record to come. */
  get tip(): number {
    return this.log.next;
  }

  /** Index of the first record that arrived at or after `timeMs`; the tip when there is none. */
  indexAtTime(timeMs: number): number {
    return this.log.firstSince(timeMs);
  }

  /** Forgets the records that arrived before `horizonMs`. */
  trim(horizonMs: number): void {
    this.log.trim(horizonMs);
  }

  /** Takes in no more records; `children` do. */
  close(nowMs: number): void {
    this.closedAt ??= nowMs;
    this.wake();
  }

  private wake(): void {
    if (this.watchers.size > 0) {
      const watchers = [...this.watchers];
      this.watchers.clear();
      watchers.forEach((watcher) => watcher());
    }
  }

  statistics(): ShardStatistics {
    return { shardId: this.id, isOpen: this.isOpen, recordsHeld: this.log.held, ...this.counts };
  }
}
