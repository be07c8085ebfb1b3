import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { consumerEnvironment } from '../../../core/environment';
import { createWorker, systemClock, type Clock } from '../../../consumer/kcl';
import { connection } from './operator';
import type { Rehearsal } from './rehearsal';

/** How much faster its clock runs than the machine's. */
const haste = 20;

const hastyClock: Clock = {
  monotonicMs: () => systemClock.monotonicMs() * haste,
  wallMs: () => systemClock.wallMs(),
  sleep: (ms, signal) => systemClock.sleep(ms / haste, signal),
};

/**
 * Runs a worker of the client library as the consumer until the lease of a shard that has ended is cleaned up. That happens once in
 * minutes: in a task of the consumer nobody would wait for it, so this worker looks more often, by a clock that runs ahead.
 */
export async function tidyLeases({ aws, cleanup, roles }: Rehearsal): Promise<void> {
  const { environment, name } = roles.consumer;
  const kinesis = new KinesisClient(connection(aws.environmentOf(name), 'KINESIS'));
  const dynamodb = new DynamoDBClient(connection(aws.environmentOf(name), 'DYNAMODB'));
  let cleanedUp: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (cleanedUp = resolve));
  const worker = createWorker({
    stream: roles.stream.name,
    application: environment[consumerEnvironment.leaseTableName] ?? '',
    kinesis,
    dynamodb,
    clock: hastyClock,
    shardSyncIntervalMs: 2_000,
    processor: ({ checkpointer }) => ({
      process: async ({ records }) => {
        const last = records.at(-1);
        if (last !== undefined) {
          await checkpointer.checkpoint(last);
        }
      },
      shardEnded: async () => undefined,
      handOver: async () => undefined,
      leaseLost: () => undefined,
    }),
    onEvent: ({ type }) => {
      if (type === 'lease-cleaned-up') {
        cleanedUp();
      }
    },
  });
  cleanup.add('worker', async () => {
    await worker.stop();
    kinesis.destroy();
    dynamodb.destroy();
  });
  await Promise.race([done, worker.run()]);
}
