import type { HashRange } from '../decisions/hash-range';
import type { KinesisRecord } from '../record';
import { openAggregate, type Aggregate, type MalformedReason } from './aggregate';
import { contains, limiting } from './hash-key';

/** What a record held. */
export interface Deaggregation {
  /** The user records, or the record itself when it is no aggregate or a broken one. */
  readonly records: readonly KinesisRecord[];
  /** How many user records were left out because their hash keys lie outside the shard's range. */
  readonly outOfRange: number;
  /** Why a record that begins like an aggregate was passed on as it is. */
  readonly malformed: MalformedReason | undefined;
}

/**
 * Opens a record of the Kinesis Producer Library. User records keep their index in the aggregate as sub-sequence number, whether or
 * not those before them are left out, and their data are views of the record's.
 *
 * A user record whose hash key lies outside the shard's range was put for another shard: its producer, which had not heard of a reshard,
 * learns from the reply where the aggregate went, and puts it again. It alone is left out. (The Java KCL drops the whole aggregate.)
 *
 * Whatever is not a sound aggregate is passed on as it is: it may be a record that happens to begin with the same four bytes.
 *
 * @param hashRange - of the shard that the record was read from; undefined = nothing is left out
 */
export function deaggregate(record: KinesisRecord, hashRange?: HashRange): Deaggregation {
  const aggregate = openAggregate(record.data);
  if (aggregate === undefined || typeof aggregate === 'string') {
    return { records: [record], outOfRange: 0, malformed: aggregate };
  }
  const range = limiting(hashRange);
  const records: KinesisRecord[] = [];
  for (let index = 0; index < aggregate.count; index += 1) {
    if (range === undefined || contains(range, aggregate.hashKey(index))) {
      records.push(userRecord(record, aggregate, index));
    }
  }
  return { records, outOfRange: aggregate.count - records.length, malformed: undefined };
}

/** One user record of an aggregate. */
export function userRecord(record: KinesisRecord, aggregate: Aggregate, index: number): KinesisRecord {
  return {
    partitionKey: aggregate.partitionKey(index),
    sequenceNumber: record.sequenceNumber,
    subSequenceNumber: index,
    data: aggregate.data(index),
    arrivalTimeMs: record.arrivalTimeMs,
    explicitHashKey: aggregate.explicitHashKey(index),
  };
}
