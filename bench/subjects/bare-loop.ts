import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { endpointOptions } from '../shared/endpoints';
import { assignment, Meter, report } from '../shared/subject';

/**
 * The limit: the SDK's client in a loop over each shard, as large replies as the service gives, and nothing else: no leases, no
 * checkpoints, no pacing, no errors handled.
 */
async function main(): Promise<void> {
  const { kinesis, records, stream } = assignment();
  const client = new KinesisClient(endpointOptions(kinesis));
  const meter = new Meter();
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  let done = false;
  await Promise.all(
    Shards.map(async ({ ShardId }) => {
      const first = await client.send(
        new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      for (let iterator = first.ShardIterator; iterator !== undefined && !done;) {
        const reply = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 10_000 }));
        let bytes = 0;
        for (const { Data } of reply.Records ?? []) {
          bytes += Data?.byteLength ?? 0;
        }
        done = meter.add(reply.Records?.length ?? 0, bytes) >= records || done;
        iterator = reply.MillisBehindLatest === 0 ? undefined : reply.NextShardIterator;
      }
    }),
  );
  report(meter.finish());
}

void main();
