import {
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
  type KinesisClient,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { ShardLineage } from './audit';

/** Splits and merges the shards of a stream, and knows which there are. */
export class Resharding {
  constructor(
    private readonly client: KinesisClient,
    private readonly stream: string,
  ) {}

  async lineage(): Promise<readonly ShardLineage[]> {
    return (await this.list()).map(({ AdjacentParentShardId, ParentShardId, ShardId = '' }) => ({
      shardId: ShardId,
      parentShardIds: [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
    }));
  }

  /** The shards that take records, in the order of their hash keys. */
  async open(): Promise<readonly string[]> {
    const shards = (await this.list()).filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined);
    return shards.sort((a, b) => (start(a) < start(b) ? -1 : 1)).map(({ ShardId = '' }) => ShardId);
  }

  async split(shardId: string): Promise<void> {
    const shard = (await this.list()).find(({ ShardId }) => ShardId === shardId);
    if (shard === undefined) {
      throw new Error(`there is no shard ${shardId}`);
    }
    const middle = (start(shard) + BigInt(shard.HashKeyRange?.EndingHashKey ?? 0)) / 2n + 1n;
    const input = { StreamName: this.stream, ShardToSplit: shardId, NewStartingHashKey: String(middle) };
    await this.client.send(new SplitShardCommand(input));
  }

  /** Merges two shards that lie beside each other. */
  async merge(shardId: string, adjacentShardId: string): Promise<void> {
    const input = { StreamName: this.stream, ShardToMerge: shardId, AdjacentShardToMerge: adjacentShardId };
    await this.client.send(new MergeShardsCommand(input));
  }

  private async list(): Promise<readonly Shard[]> {
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.client.send(
        new ListShardsCommand(NextToken === undefined ? { StreamName: this.stream } : { NextToken }),
      );
      shards.push(...(page.Shards ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return shards;
  }
}

function start(shard: Shard): bigint {
  return BigInt(shard.HashKeyRange?.StartingHashKey ?? 0);
}
