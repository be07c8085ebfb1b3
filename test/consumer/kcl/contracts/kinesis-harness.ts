import { MergeShardsCommand, PutRecordCommand, SplitShardCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { KinesisStreamApi } from '../../../../consumer/kcl/adapters/kinesis/kinesis-stream-api';
import type { StreamHarness } from './stream-api-contract';

/** The adapter for Kinesis under test, and a way past it by the same client. */
export function kinesisHarness(
  client: KinesisClient,
  StreamName: string,
  time: Pick<StreamHarness, 'pass' | 'nowMs'>,
): StreamHarness {
  const api = new KinesisStreamApi(client, StreamName);
  return {
    api,
    put: async (PartitionKey, Data) => {
      const reply = await client.send(new PutRecordCommand({ StreamName, PartitionKey, Data }));
      return { shardId: reply.ShardId ?? '', sequenceNumber: reply.SequenceNumber ?? '' };
    },
    split: async (ShardToSplit) => {
      const shard = (await api.listShards()).find(({ shardId }) => shardId === ShardToSplit);
      const { startingHashKey = '0', endingHashKey = '0' } = shard?.hashRange ?? {};
      const NewStartingHashKey = String((BigInt(startingHashKey) + BigInt(endingHashKey)) / 2n + 1n);
      await client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
    },
    merge: async (ShardToMerge, AdjacentShardToMerge) => {
      await client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
    },
    ...time,
  };
}
