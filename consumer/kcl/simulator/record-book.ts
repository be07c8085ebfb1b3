import { comparePositions, isShardEnd, isStart, type Position } from '../decisions/position';
import type { KinesisRecord } from '../record';
import type { Judge } from './judge';

interface ShardBook {
  /** Where each record stands in its shard. */
  readonly indexes: Map<string, number>;
  readonly arrivals: number[];
  /** What the records hold, where that matters. */
  readonly data: Map<number, Uint8Array>;
  /** Records 0 … delivered − 1 have reached the sink. */
  delivered: number;
  /** Records before this one need not be delivered: the application started after them. */
  required: number;
}

type PositionOf = Pick<KinesisRecord, 'sequenceNumber' | 'subSequenceNumber'>;

/** Which records there are, which have reached the sink, and what a checkpoint may therefore say. */
export class RecordBook {
  private readonly shards = new Map<string, ShardBook>();
  put = 0;
  deliveries = 0;
  duplicates = 0;

  constructor(private readonly judge: Judge) {}

  /** A record that must be delivered, in the order of its shard. */
  add(shardId: string, record: PositionOf, arrivalTimeMs: number, data?: Uint8Array): void {
    const shard = this.shard(shardId);
    if (data !== undefined) {
      shard.data.set(shard.arrivals.length, data);
    }
    shard.indexes.set(keyOf(record), shard.arrivals.length);
    shard.arrivals.push(arrivalTimeMs);
    this.put += 1;
  }

  /** The application starts this shard at a time, or at its tip. */
  startAt(shardId: string, from: number | 'tip'): void {
    const shard = this.shard(shardId);
    const first = from === 'tip' ? shard.arrivals.length : shard.arrivals.findIndex((ms) => ms >= from);
    const required = first < 0 ? shard.arrivals.length : first;
    shard.required = Math.max(shard.required, required);
    shard.delivered = Math.max(shard.delivered, required);
  }

  /** Records are given to a processor. @param next - the index that has to come; undefined at its start. @returns the next to come */
  given(shardId: string, records: readonly KinesisRecord[], next: number | undefined, who: string): number {
    const shard = this.shard(shardId);
    let expected = next;
    for (const record of records) {
      const index = this.indexOf(shardId, shard, record);
      if (expected === undefined ? index > shard.delivered : index !== expected) {
        const wanted = expected ?? `at most ${shard.delivered}`;
        this.judge.violated('complete', `${who} was given record ${index} of ${shardId} where record ${wanted} was due`);
      }
      const put = shard.data.get(index);
      if (put !== undefined && Buffer.compare(put, record.data) !== 0) {
        this.judge.violated('aggregates', `record ${index} of ${shardId} does not hold what was put`);
      }
      expected = index + 1;
    }
    return expected ?? shard.delivered;
  }

  /** The sink has taken these. */
  deliver(shardId: string, records: readonly PositionOf[], who: string): void {
    const shard = this.shard(shardId);
    for (const record of records) {
      const index = this.indexOf(shardId, shard, record);
      this.deliveries += 1;
      if (index < shard.delivered) {
        this.duplicates += 1;
      } else if (index === shard.delivered) {
        shard.delivered += 1;
      } else {
        this.judge.violated('complete', `${who} delivered record ${index} of ${shardId} before record ${shard.delivered}`);
      }
    }
  }

  /** A checkpoint moved. */
  checkpoint(shardId: string, before: Position, after: Position, who: string): void {
    if (comparePositions(after, before) < 0) {
      this.judge.violated(
        'checkpoint-forward',
        `${who} moved the checkpoint of ${shardId} back from ${text(before)} to ${text(after)}`,
      );
    }
    if (isStart(after)) {
      return;
    }
    const shard = this.shard(shardId);
    const covered = this.covered(shardId, shard, after);
    if (covered > shard.delivered) {
      this.judge.violated(
        'checkpoint-forward',
        `${who} moved the checkpoint of ${shardId} past record ${covered - 1}, but only ${shard.delivered} are delivered`,
      );
    }
  }

  /** When those records of a shard arrived that are asked for and that a checkpoint does not cover. */
  unfinished(shardId: string, checkpoint: Position | undefined): readonly number[] {
    const shard = this.shard(shardId);
    return shard.arrivals.slice(
      Math.max(shard.required, checkpoint === undefined ? 0 : this.covered(shardId, shard, checkpoint)),
    );
  }

  /** How many records have not been delivered. */
  missing(): number {
    let missing = 0;
    for (const { arrivals, delivered } of this.shards.values()) {
      missing += arrivals.length - delivered;
    }
    return missing;
  }

  /** The first shard with records that were not delivered, in words. */
  firstGap(): string {
    for (const [shardId, { arrivals, delivered }] of this.shards) {
      if (delivered < arrivals.length) {
        return `${shardId}: ${delivered} of ${arrivals.length} records delivered`;
      }
    }
    return 'none';
  }

  /** How many records lie up to a checkpoint. */
  private covered(shardId: string, shard: ShardBook, checkpoint: Position): number {
    if (isStart(checkpoint)) {
      return 0;
    }
    return isShardEnd(checkpoint) ? shard.arrivals.length : this.indexOf(shardId, shard, checkpoint) + 1;
  }

  private indexOf(shardId: string, shard: ShardBook, record: PositionOf): number {
    const index = shard.indexes.get(keyOf(record));
    return index ?? this.judge.violated('complete', `${shardId} has no record ${keyOf(record)}`);
  }

  private shard(shardId: string): ShardBook {
    const known = this.shards.get(shardId);
    if (known !== undefined) {
      return known;
    }
    const shard: ShardBook = { indexes: new Map(), arrivals: [], data: new Map(), delivered: 0, required: 0 };
    this.shards.set(shardId, shard);
    return shard;
  }
}

function keyOf({ sequenceNumber, subSequenceNumber }: PositionOf): string {
  return subSequenceNumber === 0 ? sequenceNumber : `${sequenceNumber}/${subSequenceNumber}`;
}

function text(position: Position): string {
  return keyOf(position);
}
