import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { createWorker } from '../../consumer/kcl';
import { endpointOptions } from '../shared/endpoints';
import { createLeaseTable } from '../shared/lease-table';
import { assignment } from '../shared/subject';

/** How long an idle worker is watched once it holds its shards, in milliseconds. */
const idleMs = 20_000;
const sampleEveryMs = 200;
/** What the processor of each shard waits for at each batch, as for a sink, in milliseconds. */
const sinkMs = 300;

/** A worker on many shards, whose resident memory is sampled while it works off what is there, or while there is nothing. */
async function main(): Promise<void> {
  const { dynamodb, kinesis, records, run, stream } = assignment();
  const tables = new DynamoDBClient(endpointOptions(dynamodb));
  await createLeaseTable(tables, run);
  const samplesMiB: number[] = [];
  const sample = (): unknown => samplesMiB.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
  let seen = 0;
  let watching = false;
  const watch = (): void => {
    if (!watching) {
      watching = true;
      setInterval(sample, sampleEveryMs);
      if (records === 0) {
        setTimeout(finish, idleMs);
      }
    }
  };
  const finish = (): void => {
    sample();
    const peakRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
    process.stdout.write(`${JSON.stringify({ records: seen, peakRssMiB, samplesMiB })}\n`, () => process.exit(0));
  };
  const worker = createWorker({
    stream,
    application: run,
    kinesis: new KinesisClient(endpointOptions(kinesis)),
    dynamodb: tables,
    onEvent: ({ type }) => {
      if (type === 'shard-started') {
        watch();
      }
    },
    processor: ({ checkpointer }) => ({
      process: async ({ records: batch }) => {
        await new Promise((resolve) => setTimeout(resolve, sinkMs));
        seen += batch.length;
        const last = batch.at(-1);
        if (last !== undefined) {
          await checkpointer.checkpoint(last);
        }
        if (seen >= records) {
          finish();
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
