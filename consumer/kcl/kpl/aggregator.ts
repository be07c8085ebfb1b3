import type { HashRange } from '../decisions/hash-range';
import { startsWithMagic } from './aggregate-format';
import { AggregateEncoder } from './encode-aggregate';
import { contains, hashKeyOf, parseHashKey, parseHashRange, toDecimal, type HexHashKey, type HexHashRange } from './hash-key';

/** A record as a producer has it. */
export interface UserRecord {
  /** 1 … 256 characters. */
  readonly partitionKey: string;
  /** Decides on the shard in place of the partition key; a decimal from 0 to 2^128−1. */
  readonly explicitHashKey?: string | undefined;
  readonly data: Uint8Array;
}

/** A record to put into the stream: an entry of PutRecords, and what it is made of. */
export interface RecordToPut {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
  /** In order; one of them when the record is not an aggregate. */
  readonly userRecords: readonly UserRecord[];
}

/** How user records are put together; every field has a default. */
export interface AggregatorOptions {
  /**
   * An aggregate is complete before it would exceed this, in bytes, 1 … 1048320 (1 MiB less the longest partition key). A user record that
   * is larger goes by itself.
   * @default 51200, as the KPL's AggregationMaxSize
   */
  readonly maxBytes?: number;
  /** The most user records in an aggregate, at least 1. @default no limit, as the KPL's AggregationMaxCount */
  readonly maxRecords?: number;
  /**
   * The stream's open shards, as ListShards gives them. User records are put together only with those of the same shard, and what lies
   * in none of the ranges goes by itself. One range over all hash keys says that the stream has one shard.
   * @default none: only records of one and the same hash key are put together, which is right however the stream is sharded
   */
  readonly shards?: readonly HashRange[];
}

/** Of an aggregate that has its explicit hash key, this says nothing; but the service asks for one. The KPL's choice. */
const aggregatePartitionKey = 'a';

interface OpenAggregate {
  readonly encoder: AggregateEncoder;
  readonly userRecords: UserRecord[];
  readonly hashKey: HexHashKey;
}

/**
 * Puts user records together into records of the Kinesis Producer Library's format, which this library's workers, the Java KCL and all of
 * AWS's deaggregators open. Pays where records are small: a shard takes 1,000 records a second, and an aggregate counts as one.
 *
 * All user records of an aggregate lie in one record, hence in one shard; they have to be of that shard, or consumers leave them out
 * (see `deaggregate`). When the stream is resharded between `add` and PutRecords, the reply names another shard than expected:
 * put again what `misplaced` says.
 *
 * A record that is alone in its aggregate goes as it is, as with the KPL; unless its data begins like an aggregate: then it is wrapped, or
 * a consumer would open it. Order is kept among the records of one hash key.
 */
export class Aggregator {
  private readonly open = new Map<string, OpenAggregate>();
  private readonly maxBytes: number;
  private readonly maxRecords: number;
  private readonly shards: readonly HexHashRange[] | undefined;

  /** @throws RangeError when an option is out of its bounds */
  constructor(options: AggregatorOptions = {}) {
    this.maxBytes = options.maxBytes ?? defaultMaxBytes;
    this.maxRecords = options.maxRecords ?? Number.MAX_SAFE_INTEGER;
    this.shards = options.shards?.map(parseHashRange);
    if (!(this.maxBytes >= 1 && this.maxBytes <= mostBytes)) {
      throw new RangeError(`maxBytes must be a number from 1 to ${mostBytes}, not ${this.maxBytes}`);
    }
    if (!(this.maxRecords >= 1)) {
      throw new RangeError(`maxRecords must be a number of at least 1, not ${this.maxRecords}`);
    }
  }

  /** How many user records wait for `flush`. */
  get waiting(): number {
    let sum = 0;
    for (const { userRecords } of this.open.values()) {
      sum += userRecords.length;
    }
    return sum;
  }

  /**
   * Takes a user record and gives what is complete now, oldest first; usually nothing. Whatever waits is given by `flush`, which a producer
   * calls at intervals: the memory used is that of the records added in between.
   *
   * @throws RangeError when a key is not one that Kinesis accepts
   */
  add(record: UserRecord): readonly RecordToPut[] {
    const hashKey = checkedHashKey(record);
    const group = this.groupOf(hashKey);
    if (group === undefined) {
      return [complete({ encoder: encoderOf(record), userRecords: [record], hashKey })];
    }
    const open = this.open.get(group);
    if (open === undefined) {
      this.open.set(group, { encoder: encoderOf(record), userRecords: [record], hashKey });
      return [];
    }
    if (open.userRecords.length < this.maxRecords && open.encoder.bytesWith(record) <= this.maxBytes) {
      open.encoder.add(record);
      open.userRecords.push(record);
      return [];
    }
    this.open.delete(group);
    return [complete(open), ...this.add(record)];
  }

  /** Gives everything that waits, and starts afresh. */
  flush(): readonly RecordToPut[] {
    const records = [...this.open.values()].map(complete);
    this.open.clear();
    return records;
  }

  /** Names what may be put together; undefined = nothing with this. */
  private groupOf(hashKey: HexHashKey): string | undefined {
    return this.shards === undefined ? hashKey : this.shards.find((range) => contains(range, hashKey))?.low;
  }
}

/** All of the records, put together. @throws RangeError as the Aggregator does */
export function aggregate(records: Iterable<UserRecord>, options?: AggregatorOptions): readonly RecordToPut[] {
  const aggregator = new Aggregator(options);
  const complete: RecordToPut[] = [];
  for (const record of records) {
    complete.push(...aggregator.add(record));
  }
  return [...complete, ...aggregator.flush()];
}

/**
 * The user records to put again after a record went to this shard: those that belong to another, which consumers leave out. Empty when the
 * record is no aggregate, for then its place is the right one.
 *
 * @param shard - hash keys of the shard that PutRecords' reply names
 */
export function misplaced({ userRecords }: RecordToPut, shard: HashRange): readonly UserRecord[] {
  const range = parseHashRange(shard);
  return userRecords.length === 1 ? [] : userRecords.filter((record) => !contains(range, checkedHashKey(record)));
}

const defaultMaxBytes = 51_200;
/** 1 MiB holds a record's data and its partition key. @see https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const mostBytes = 1024 * 1024 - 256;

function encoderOf(record: UserRecord): AggregateEncoder {
  const encoder = new AggregateEncoder();
  encoder.add(record);
  return encoder;
}

function complete({ encoder, hashKey, userRecords }: OpenAggregate): RecordToPut {
  const [first] = userRecords;
  if (first !== undefined && userRecords.length === 1 && !startsWithMagic(first.data)) {
    return { partitionKey: first.partitionKey, explicitHashKey: first.explicitHashKey, data: first.data, userRecords };
  }
  return { partitionKey: aggregatePartitionKey, explicitHashKey: toDecimal(hashKey), data: encoder.encode(), userRecords };
}

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html */
function checkedHashKey({ partitionKey, explicitHashKey }: UserRecord): HexHashKey {
  if (partitionKey.length < 1 || partitionKey.length > 256) {
    throw new RangeError(`a partition key has 1 to 256 characters, not ${partitionKey.length}`);
  }
  const key = explicitHashKey === undefined ? hashKeyOf(partitionKey) : parseHashKey(explicitHashKey);
  if (key === undefined) {
    throw new RangeError(`the explicit hash key ${explicitHashKey} is not a decimal from 0 to 2^128−1`);
  }
  return key;
}
