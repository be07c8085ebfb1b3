import {
  GetShardIteratorCommand,
  ListShardsCommand,
  type ChildShard,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  type Shard as KinesisShard,
} from '@aws-sdk/client-kinesis';
import type { Shard } from '../../decisions/shard-graph';
import { streamFailureOf } from '../../decisions/stream-failure';
import { errorName, KclError } from '../../errors';
import type { IteratorPosition, IteratorResult, RecordsResult, StreamApi, Throttled } from '../../ports/stream-api';
import { getRecords } from './get-records';
import { toCheckpointError, toStreamError } from './stream-errors';

/**
 * A Kinesis data stream, by the SDK's own client. The client retries what it holds for passing; what is left and is part of the
 * protocol (throttling, expired iterators) comes back as a result.
 *
 * The role needs ListShards, GetShardIterator and GetRecords on the stream, and kms:Decrypt on its key.
 */
export class KinesisStreamApi implements StreamApi {
  constructor(
    private readonly client: KinesisClient,
    private readonly stream: string,
  ) {}

  async listShards(signal?: AbortSignal): Promise<readonly Shard[]> {
    const shards: Shard[] = [];
    let token: string | undefined;
    do {
      // A call has either the name or the token of the call before.
      const input = token === undefined ? { StreamName: this.stream } : { NextToken: token };
      const reply = await this.call(this.client.send(new ListShardsCommand(input), within(signal)));
      shards.push(...(reply.Shards ?? []).map(toShard));
      token = reply.NextToken;
    } while (token !== undefined);
    return shards;
  }

  async getIterator(shardId: string, from: IteratorPosition, signal?: AbortSignal): Promise<IteratorResult> {
    const input: GetShardIteratorCommandInput = {
      StreamName: this.stream,
      ShardId: shardId,
      ShardIteratorType: from.type,
      ...('timestampMs' in from && { Timestamp: new Date(from.timestampMs) }),
      ...('sequenceNumber' in from && { StartingSequenceNumber: from.sequenceNumber }),
    };
    try {
      const reply = await this.call(this.client.send(new GetShardIteratorCommand(input), within(signal)));
      return { kind: 'iterator', iterator: reply.ShardIterator ?? '' };
    } catch (error: unknown) {
      const refused = throttled(error);
      if (refused !== undefined) {
        return refused;
      }
      if ('sequenceNumber' in from && errorName(error) === 'InvalidArgumentException') {
        throw toCheckpointError(error, this.stream, shardId, from.sequenceNumber);
      }
      if (error instanceof KclError && error.code === 'STREAM_MISSING' && !(await this.lists(shardId, signal))) {
        return { kind: 'gone' };
      }
      throw error;
    }
  }

  async getRecords(iterator: string, limit: number, signal?: AbortSignal): Promise<RecordsResult> {
    try {
      const reply = await this.call(getRecords(this.client, { ShardIterator: iterator, Limit: limit }, signal));
      const { bytes, millisBehindLatest, nextIterator, records } = reply;
      return {
        kind: 'records',
        batch: { records, millisBehindLatest: millisBehindLatest ?? 0 },
        bytes,
        nextIterator,
        children: reply.children.map(toChild),
        // Who does not say how far the tip is has not said that this is it.
        streamTimeMs: millisBehindLatest === undefined ? undefined : reply.streamTimeMs,
      };
    } catch (error: unknown) {
      const refused = throttled(error);
      if (refused !== undefined) {
        return refused;
      }
      if (streamFailureOf(error) === 'iterator-expired') {
        return { kind: 'expired' };
      }
      if (error instanceof KclError && error.code === 'STREAM_MISSING') {
        // When the stream is there, the retention of the iterator's shard is over, which is no reason to give up the others.
        await this.listShards(signal);
        return { kind: 'expired' };
      }
      throw error;
    }
  }

  /** The service has one error for a stream and for a shard that do not exist. @throws KclError STREAM_MISSING */
  private async lists(shardId: string, signal: AbortSignal | undefined): Promise<boolean> {
    const shards = await this.listShards(signal);
    return shards.some((shard) => shard.shardId === shardId);
  }

  private async call<T>(reply: Promise<T>): Promise<T> {
    try {
      return await reply;
    } catch (error: unknown) {
      throw toStreamError(error, this.stream);
    }
  }
}

function within(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function throttled(error: unknown): Throttled | undefined {
  switch (streamFailureOf(error)) {
    case 'throttled':
      return { kind: 'throttled' };
    case 'kms-throttled':
      return { kind: 'throttled', by: 'kms' };
    default:
      return undefined;
  }
}

function toShard(shard: KinesisShard): Shard {
  return {
    shardId: shard.ShardId ?? '',
    parentShardIds: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
    hashRange: toRange(shard),
    closed: shard.SequenceNumberRange?.EndingSequenceNumber !== undefined,
  };
}

export function toChild(child: ChildShard): Shard {
  return { shardId: child.ShardId ?? '', parentShardIds: child.ParentShards ?? [], hashRange: toRange(child), closed: false };
}

function toRange({ HashKeyRange: range }: KinesisShard | ChildShard): Shard['hashRange'] {
  return { startingHashKey: range?.StartingHashKey ?? '0', endingHashKey: range?.EndingHashKey ?? '0' };
}
