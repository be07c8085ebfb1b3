import { invalidArgument } from './errors';
import type { Input } from './input';
import type { Shard } from './shard';

const types = ['AFTER_SHARD_ID', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON', 'AT_LATEST', 'AT_TIMESTAMP', 'FROM_TIMESTAMP'] as const;

/** Which shards ListShards returns, of those that still exist. */
export type ShardFilter =
  | { readonly type: 'AFTER_SHARD_ID'; readonly shardId: string }
  | { readonly type: 'AT_TRIM_HORIZON' | 'FROM_TRIM_HORIZON' | 'AT_LATEST' }
  | { readonly type: 'AT_TIMESTAMP' | 'FROM_TIMESTAMP'; readonly timestampMs: number };

/** The filter that a request's ShardFilter says. @throws AwsError when a member is missing, or is not one of that type's */
export function parseShardFilter(filter: Input, nowMs: number): ShardFilter {
  const type = filter.oneOf('Type', types);
  const takesTimestamp = type === 'AT_TIMESTAMP' || type === 'FROM_TIMESTAMP';
  if (filter.has('ShardId') !== (type === 'AFTER_SHARD_ID')) {
    throw invalidArgument(`ShardId of ShardFilter belongs to the type AFTER_SHARD_ID, and only to it; the type is ${type}.`);
  }
  if (filter.has('Timestamp') !== takesTimestamp) {
    throw invalidArgument(
      `Timestamp of ShardFilter belongs to the types AT_TIMESTAMP and FROM_TIMESTAMP, and only to them; the type is ${type}.`,
    );
  }
  switch (type) {
    case 'AFTER_SHARD_ID':
      return { type, shardId: filter.string('ShardId') };
    case 'AT_TIMESTAMP':
    case 'FROM_TIMESTAMP':
      return { type, timestampMs: filter.pastTime('Timestamp', nowMs) };
    default:
      return { type };
  }
}

/**
 * Whether a shard passes. Times before the trim horizon count as the trim horizon.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
 */
export function passes(filter: ShardFilter, shard: Shard, trimHorizonMs: number): boolean {
  const wasOpenAt = (timeMs: number): boolean => shard.origin.createdAtMs <= timeMs && isOpenSince(timeMs);
  const isOpenSince = (timeMs: number): boolean => shard.closedAtMs === undefined || shard.closedAtMs >= timeMs;
  switch (filter.type) {
    case 'AFTER_SHARD_ID':
      return shard.id > filter.shardId;
    case 'AT_TRIM_HORIZON':
      return wasOpenAt(trimHorizonMs);
    case 'FROM_TRIM_HORIZON':
      return true;
    case 'AT_LATEST':
      return shard.isOpen;
    case 'AT_TIMESTAMP':
      return wasOpenAt(Math.max(filter.timestampMs, trimHorizonMs));
    case 'FROM_TIMESTAMP':
      return isOpenSince(Math.max(filter.timestampMs, trimHorizonMs));
  }
}
