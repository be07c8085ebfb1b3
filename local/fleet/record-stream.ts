import { createHash } from 'node:crypto';
import {
  DescribeStreamSummaryCommand,
  ListShardsCommand,
  PutRecordsCommand,
  type KinesisClient,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { OutgoingRecord } from '../../core/domain';

/** What became of one request. */
export interface PutResult {
  /** Indexes of the records that were not taken, rising. */
  readonly refused: readonly number[];
  /** How many of them were refused because a shard's limit was used up. */
  readonly throttled: number;
  /** What the stream said of the first record that was refused; empty when there was none. */
  readonly message: string;
}

/** Where a fleet sends its records. */
export interface RecordStream {
  /** How many lanes records can be sent in side by side. */
  readonly lanes: number;
  /** Largest record that the stream takes: data and partition key, in bytes. */
  readonly maxRecordBytes: number;
  /** The lane that a partition key belongs to, always the same: 0 ≤ lane < lanes. */
  laneOf(partitionKey: string): number;
  /** Sends up to 500 records. Rejects when the whole request failed. */
  put(records: readonly OutgoingRecord[]): Promise<PutResult>;
}

/**
 * A Kinesis stream, a lane per shard that is open now. When the stream is resharded later, records still arrive: the service routes
 * them, and only the lanes no longer match the shards.
 */
export async function openStream(client: KinesisClient, streamName: string): Promise<RecordStream> {
  const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
  const starts = await openShardStarts(client, streamName);
  const lanes = new Map<string, number>();
  return {
    lanes: starts.length,
    maxRecordBytes: (summary.StreamDescriptionSummary?.MaxRecordSizeInKiB ?? 1024) * 1024,
    laneOf: (partitionKey) => {
      let lane = lanes.get(partitionKey);
      if (lane === undefined) {
        const digest = createHash('md5').update(partitionKey, 'utf8').digest('hex');
        lane = Math.max(
          0,
          starts.findLastIndex((start) => start <= BigInt(`0x${digest}`)),
        );
        lanes.set(partitionKey, lane);
      }
      return lane;
    },
    put: async (records) => {
      const reply = await client.send(
        new PutRecordsCommand({
          StreamName: streamName,
          Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
        }),
      );
      if ((reply.FailedRecordCount ?? 0) === 0) {
        return { refused: [], throttled: 0, message: '' };
      }
      const results = reply.Records ?? [];
      const refused = results.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [] : [index]));
      const throttled = results.filter(({ ErrorCode }) => ErrorCode === 'ProvisionedThroughputExceededException').length;
      return { refused, throttled, message: results[refused[0] ?? 0]?.ErrorMessage ?? '' };
    },
  };
}

/** The first hash key of each open shard, rising. */
async function openShardStarts(client: KinesisClient, streamName: string): Promise<readonly bigint[]> {
  const shards: Shard[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListShardsCommand(
        token === undefined ? { StreamName: streamName, ShardFilter: { Type: 'AT_LATEST' } } : { NextToken: token },
      ),
    );
    shards.push(...(page.Shards ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return shards
    .map(({ HashKeyRange }) => BigInt(HashKeyRange?.StartingHashKey ?? 0))
    .sort((one, other) => (one < other ? -1 : 1));
}
