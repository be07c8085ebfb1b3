import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { createWorker } from '../../consumer/kcl';
import { endpointOptions } from '../shared/endpoints';
import { createLeaseTable } from '../shared/lease-table';
import { assignment, Meter, report } from '../shared/subject';

/** Our worker with its defaults and a processor that does nothing but checkpoint after each batch. */
async function main(): Promise<void> {
  const { dynamodb, kinesis, records, run, stream } = assignment();
  const tables = new DynamoDBClient(endpointOptions(dynamodb));
  await createLeaseTable(tables, run);
  const meter = new Meter();
  const worker = createWorker({
    stream,
    application: run,
    kinesis: new KinesisClient(endpointOptions(kinesis)),
    dynamodb: tables,
    processor: ({ checkpointer }) => ({
      process: async ({ records: batch }) => {
        let bytes = 0;
        for (const { data } of batch) {
          bytes += data.byteLength;
        }
        const last = batch.at(-1);
        if (last !== undefined) {
          await checkpointer.checkpoint(last);
        }
        if (meter.add(batch.length, bytes) >= records) {
          report(meter.finish());
        }
      },
      shardEnded: async () => {},
      handOver: async () => {},
      leaseLost: () => {},
    }),
  });
  await worker.run();
}

void main();
