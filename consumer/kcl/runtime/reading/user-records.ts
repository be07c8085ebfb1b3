import type { HashRange } from '../../decisions/hash-range';
import { comparePositions, type Position } from '../../decisions/position';
import type { Emit } from '../../events';
import { openAggregate, type MalformedReason } from '../../kpl/aggregate';
import { startsWithMagic } from '../../kpl/aggregate-format';
import { userRecord } from '../../kpl/deaggregate';
import { contains, limiting, type HexHashRange } from '../../kpl/hash-key';
import { dataBytes, type KinesisRecord, type RecordBatch } from '../../record';

export interface UserRecordsProps {
  readonly shardId: string;
  /** Of the shard; undefined = not known, then every user record is taken for the shard's own. */
  readonly hashRange: HashRange | undefined;
  /** The checkpoint that reading started at. */
  readonly startAfter: Position;
  readonly emit: Emit;
  /** The most records of a batch that is handed on. @default 10000, as GetRecords gives */
  readonly maxRecords?: number;
}

/** What was read, or a part of it. */
export interface SizedBatch {
  readonly batch: RecordBatch;
  /** Of the records' data. */
  readonly bytes: number;
}

const defaultMaxRecords = 10_000;

/**
 * Opens the KPL aggregates among a shard's records and leaves out what has been dealt with before.
 *
 * A checkpoint may lie inside an aggregate, and one at sub-sequence number 0 may be that of a record of its own or of an aggregate's first
 * user record: the checkpoint does not tell. So a shard is read from its checkpoint's record on, that record included, and everything up
 * to the checkpoint is left out here; as is what a reader repeats when it changes the way it reads.
 * Source: `ProcessTask.filterAndGetMaxExtendedSequenceNumber`, `IteratorBuilder.request`.
 */
export class UserRecords {
  private readonly range: HexHashRange | undefined;
  private readonly maxRecords: number;
  /** The checkpoint, then the last record read, whatever was in it. */
  private done: Position;
  /** Whether what is being opened may lie at or before `done`. */
  private repeating = false;

  constructor(private readonly props: UserRecordsProps) {
    this.range = limiting(props.hashRange);
    this.maxRecords = props.maxRecords ?? defaultMaxRecords;
    this.done = props.startAfter;
  }

  /**
   * The records of a read for the processor, at least one batch, which may be empty. An aggregate may hold a hundred thousand user
   * records: they are made batch by batch, as the batches are asked for.
   */
  *batches(read: SizedBatch): Iterable<SizedBatch> {
    const { records, millisBehindLatest } = read.batch;
    const [first] = records;
    this.repeating = first !== undefined && comparePositions(first, this.done) <= 0;
    if (!this.repeating && !records.some(({ data }) => startsWithMagic(data))) {
      yield read;
    } else {
      yield* this.opened(records, millisBehindLatest);
    }
    const last = records.at(-1);
    const through = last && { sequenceNumber: last.sequenceNumber, subSequenceNumber: Number.MAX_SAFE_INTEGER };
    this.done = through !== undefined && comparePositions(through, this.done) > 0 ? through : this.done;
  }

  private *opened(records: readonly KinesisRecord[], millisBehindLatest: number): Iterable<SizedBatch> {
    const outOfRange = new Count();
    const malformed = new Map<MalformedReason, Count>();
    let part: KinesisRecord[] = [];
    let given = false;
    for (const record of this.userRecords(records, outOfRange, malformed)) {
      if (part.length === this.maxRecords) {
        // Before the part is given: once it is checkpointed, nobody reads again what was left out before its end.
        this.report(outOfRange, malformed);
        yield { batch: { records: part, millisBehindLatest }, bytes: dataBytes(part) };
        part = [];
        given = true;
      }
      part.push(record);
    }
    this.report(outOfRange, malformed);
    if (part.length > 0 || !given) {
      yield { batch: { records: part, millisBehindLatest }, bytes: dataBytes(part) };
    }
  }

  private *userRecords(
    records: readonly KinesisRecord[],
    outOfRange: Count,
    malformed: Map<MalformedReason, Count>,
  ): Iterable<KinesisRecord> {
    for (const record of records) {
      const aggregate = openAggregate(record.data);
      if (typeof aggregate !== 'object') {
        if (!this.isDone(record.sequenceNumber, 0)) {
          if (aggregate !== undefined) {
            malformed.set(aggregate, (malformed.get(aggregate) ?? new Count()).add(record));
          }
          yield record;
        }
        continue;
      }
      for (let index = 0; index < aggregate.count; index += 1) {
        if (this.isDone(record.sequenceNumber, index)) {
          continue;
        }
        if (this.range === undefined || contains(this.range, aggregate.hashKey(index))) {
          yield userRecord(record, aggregate, index);
        } else {
          outOfRange.add(record);
        }
      }
    }
  }

  /** Records come in order, so after the first one that is not done none is. */
  private isDone(sequenceNumber: string, subSequenceNumber: number): boolean {
    this.repeating = this.repeating && comparePositions({ sequenceNumber, subSequenceNumber }, this.done) <= 0;
    return this.repeating;
  }

  /** Tells what was counted, and counts anew. */
  private report(outOfRange: Count, malformed: Map<MalformedReason, Count>): void {
    const { emit, shardId } = this.props;
    if (outOfRange.records > 0) {
      emit({ type: 'user-records-skipped', shardId, records: outOfRange.records, sequenceNumber: outOfRange.first });
    }
    for (const [reason, { records, first }] of malformed) {
      emit({ type: 'aggregate-malformed', shardId, reason, records, sequenceNumber: first });
    }
    outOfRange.records = 0;
    malformed.clear();
  }
}

/** How many, and the sequence number of the first. */
class Count {
  records = 0;
  first = '';

  add({ sequenceNumber }: KinesisRecord): this {
    this.first = this.records === 0 ? sequenceNumber : this.first;
    this.records += 1;
    return this;
  }
}
