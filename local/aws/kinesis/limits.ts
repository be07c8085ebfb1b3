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
  /** Consumers with enhanced fan-out that may be registered with a stream. @default 20 */
  readonly consumersPerStream: number;
  /** Consumers that may be CREATING at the same time. @default 5 */
  readonly consumersCreating: number;
  /** How long a consumer stays CREATING or DELETING, in milliseconds. @default 500; seconds in AWS */
  readonly consumerChangeMs: number;
  /** Bytes that a shard pushes to one consumer per second. @default 2 MiB */
  readonly subscribeBytesPerSecond: number;
  /** Bytes in one SubscribeToShardEvent. @default 1 MiB; AWS names no figure */
  readonly subscribeEventBytes: number;
  /** How long a subscription lives, in milliseconds. @default 5 minutes */
  readonly subscriptionLifetimeMs: number;
  /** How long after a successful SubscribeToShard the same consumer is refused the same shard, in milliseconds. @default 5 seconds */
  readonly resubscribeAfterMs: number;
  /** How often a subscription to which nothing arrives sends an empty event, in milliseconds. @default 5 seconds */
  readonly heartbeatMs: number;
  /**
   * How long an event may wait for its reader before the subscription ends, in milliseconds.
   * @default 30 seconds; AWS names no figure
   */
  readonly subscriberPatienceMs: number;
  /** What the quotas of calls per second and account are multiplied with. @default 1 */
  readonly accountCallsFactor: number;
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
  consumersPerStream: 20,
  consumersCreating: 5,
  consumerChangeMs: 500,
  subscribeBytesPerSecond: 2 * mebibyte,
  subscribeEventBytes: mebibyte,
  subscriptionLifetimeMs: 5 * 60 * 1000,
  resubscribeAfterMs: 5000,
  heartbeatMs: 5000,
  subscriberPatienceMs: 30_000,
  accountCallsFactor: 1,
  updatingMs: 500,
  shardCountUpdatesPerDay: 10,
};

/** Without the limits of rate: for benchmarks, whose figures must not be those of a quota. The limits of size stay. */
export const unlimitedRates: Partial<Limits> = {
  writeBytesPerSecond: Number.POSITIVE_INFINITY,
  writeRecordsPerSecond: Number.POSITIVE_INFINITY,
  readBytesPerSecond: Number.POSITIVE_INFINITY,
  readCallsPerSecond: Number.POSITIVE_INFINITY,
  iteratorCallsPerSecond: Number.POSITIVE_INFINITY,
  subscribeBytesPerSecond: Number.POSITIVE_INFINITY,
  resubscribeAfterMs: 0,
  accountCallsFactor: Number.POSITIVE_INFINITY,
  shardCountUpdatesPerDay: Number.POSITIVE_INFINITY,
};

/** Longest partition key, in characters. */
export const maxPartitionKeyLength = 256;
