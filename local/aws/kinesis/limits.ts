const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/**
 * The quotas of Kinesis Data Streams that the local service holds callers to.
 * @see https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
export interface Limits {
  /** Bytes that a shard takes in per second, partition keys included. @default 1 MiB */
  readonly writeBytesPerSecond: number;
  /** Records that a shard takes in per second. @default 1000 */
  readonly writeRecordsPerSecond: number;
  /** Bytes that a shard gives out per second, to all readers together. @default 2 MiB */
  readonly readBytesPerSecond: number;
  /** GetRecords calls per second and shard, of all readers together. @default 5 */
  readonly readCallsPerSecond: number;
  /** GetShardIterator calls per second and shard. @default 5 */
  readonly iteratorCallsPerSecond: number;
  /** Records in one GetRecords reply. @default 10000 */
  readonly getRecordsCount: number;
  /** Bytes in one GetRecords reply. @default 10 MiB */
  readonly getRecordsBytes: number;
  /** Records in one PutRecords request. @default 500 */
  readonly putRecordsCount: number;
  /** Bytes in one PutRecords request, partition keys included. @default 10 MiB */
  readonly putRecordsBytes: number;
  /** Bytes of one record, data and partition key: the stream's maximum record size. @default 1 MiB */
  readonly recordBytes: number;
  /** How long a shard iterator is valid, in milliseconds. @default 5 minutes */
  readonly iteratorLifetimeMs: number;
  /** How long a NextToken of ListShards is valid, in milliseconds. @default 5 minutes */
  readonly tokenLifetimeMs: number;
  /** How long a stream stays UPDATING after its shards changed, in milliseconds. @default 500; minutes in AWS */
  readonly updatingMs: number;
  /** UpdateShardCount calls per stream in 24 hours. @default 10 */
  readonly shardCountUpdatesPerDay: number;
}

/** The quotas of a new account. */
export const defaultLimits: Limits = {
  writeBytesPerSecond: mebibyte,
  writeRecordsPerSecond: 1000,
  readBytesPerSecond: 2 * mebibyte,
  readCallsPerSecond: 5,
  iteratorCallsPerSecond: 5,
  getRecordsCount: 10_000,
  getRecordsBytes: 10 * mebibyte,
  putRecordsCount: 500,
  putRecordsBytes: 10 * mebibyte,
  recordBytes: mebibyte,
  iteratorLifetimeMs: 5 * 60 * 1000,
  tokenLifetimeMs: 5 * 60 * 1000,
  updatingMs: 500,
  shardCountUpdatesPerDay: 10,
};

/** Longest partition key, in characters. */
export const maxPartitionKeyLength = 256;
