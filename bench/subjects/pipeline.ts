import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { createWorker, systemClock, type ShardProcessor } from '../../consumer/kcl';
import { createTelemetryProcessors, FirehoseDelivery } from '../../consumer/pipeline';
import { factory } from '../../domains/factory/domain';
import { endpointOptions } from '../shared/endpoints';
import { createLeaseTable } from '../shared/lease-table';
import { assignment, Meter, report } from '../shared/subject';

/** Our worker with the processor of the service: decode, validate, drop duplicates, features, rows, Firehose. */
async function main(): Promise<void> {
  const { dynamodb, firehose, kinesis, records, run, stream } = assignment();
  const tables = new DynamoDBClient(endpointOptions(dynamodb));
  await createLeaseTable(tables, run);
  const meter = new Meter();
  const processors = createTelemetryProcessors({
    domain: factory,
    deliveryStreams: Object.fromEntries(Object.keys(factory.tables).map((table) => [table, table])),
    quarantineStream: 'quarantine',
    delivery: new FirehoseDelivery(new FirehoseClient(endpointOptions(firehose))),
    flushIntervalMs: 10_000,
    checkpointIntervalMs: 10_000,
    clock: systemClock,
    random: Math.random,
    onEvent: () => {},
  });
  const worker = createWorker({
    stream,
    application: run,
    kinesis: new KinesisClient(endpointOptions(kinesis)),
    dynamodb: tables,
    processor: async (context): Promise<ShardProcessor> => {
      const inner = await processors(context);
      return {
        process: async (batch) => {
          await inner.process(batch);
          const bytes = batch.records.reduce((sum, { data }) => sum + data.byteLength, 0);
          if (meter.add(batch.records.length, bytes) >= records) {
            // What is buffered is delivered before the end, and counts.
            void worker.stop();
          }
        },
        ...(inner.idle !== undefined && { idle: () => inner.idle?.() ?? Promise.resolve() }),
        shardEnded: () => inner.shardEnded(),
        handOver: () => inner.handOver(),
        leaseLost: () => inner.leaseLost(),
      };
    },
  });
  await worker.run();
  report(meter.finish());
}

void main();
