import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient, type _Record } from '@aws-sdk/client-kinesis';
import type { PutRecord } from '../../consumer/pipeline/simulation/device-traffic';
import type { ShardLineage } from '../kit/audit';

/** Everything on a stream, shard after shard, each after those it came from: a device's records in the order in which they were put. */
export async function streamContents(
  client: KinesisClient,
  stream: string,
  shards: readonly ShardLineage[],
): Promise<readonly PutRecord[]> {
  const records: PutRecord[] = [];
  for (const shardId of parentsFirst(shards)) {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: stream, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    for (let iterator = ShardIterator; iterator !== undefined;) {
      const {
        MillisBehindLatest,
        NextShardIterator,
        Records = [],
      } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      records.push(...Records.map((record) => asRead(shardId, record)));
      iterator = Records.length === 0 && MillisBehindLatest === 0 ? undefined : NextShardIterator;
    }
  }
  return records;
}

/** Shards in an order in which none comes before a parent of it. */
export function parentsFirst(shards: readonly ShardLineage[]): readonly string[] {
  const parents = new Map(shards.map(({ parentShardIds, shardId }) => [shardId, parentShardIds]));
  const ordered = new Set<string>();
  const visit = (shardId: string): void => {
    parents
      .get(shardId)
      ?.filter((parent) => parents.has(parent))
      .forEach(visit);
    ordered.add(shardId);
  };
  shards.forEach(({ shardId }) => visit(shardId));
  return [...ordered];
}

function asRead(shardId: string, record: _Record): PutRecord {
  const { ApproximateArrivalTimestamp, Data, PartitionKey, SequenceNumber } = record;
  if (
    ApproximateArrivalTimestamp === undefined ||
    Data === undefined ||
    PartitionKey === undefined ||
    SequenceNumber === undefined
  ) {
    throw new Error(`${shardId}: a record without one of its parts`);
  }
  const arrivalTimeMs = ApproximateArrivalTimestamp.getTime();
  return { shardId, sequenceNumber: SequenceNumber, subSequenceNumber: 0, partitionKey: PartitionKey, data: Data, arrivalTimeMs };
}
