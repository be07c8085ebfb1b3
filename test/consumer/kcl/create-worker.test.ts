import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { createWorker, type KclEvent, type Worker, type WorkerOptions } from '../../../consumer/kcl';
import { DynamoDbLeaseStore } from '../../../consumer/kcl/adapters/dynamodb/dynamodb-lease-store';
import { startDynamoDb } from '../../../local/aws/dynamodb/dynamodb';
import { startKinesis } from '../../../local/aws/kinesis/kinesis';
import type { LocalService } from '../../../local/aws/service';

describe('workers on Kinesis and DynamoDB over their wire protocols', () => {
  let services: LocalService[];
  let kinesis: KinesisClient;
  let dynamodb: DynamoDBClient;

  beforeAll(async () => {
    const database = await startDynamoDb({ tables: [{ name: 'app', partitionKey: 'leaseKey' }] });
    const stream = await startKinesis({ streams: [{ name: 'stream', shards: 4, mode: 'PROVISIONED', retentionHours: 24 }] });
    services = [database, stream];
    const common = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
    kinesis = new KinesisClient({ ...common, endpoint: stream.endpoint });
    dynamodb = new DynamoDBClient({ ...common, endpoint: database.endpoint });
  });
  afterAll(async () => {
    kinesis.destroy();
    dynamodb.destroy();
    await Promise.all(services.map((service) => service.close()));
  });

  it('read everything once, hand over when stopped, and go on where the others stopped', async () => {
    const seen = new Set<string>();
    let repeats = 0;
    let enough: () => void = () => undefined;
    let wanted = 0;
    const start = (onEvent: (event: KclEvent) => void): Worker => {
      const options: WorkerOptions = {
        stream: 'stream',
        application: 'app',
        kinesis,
        dynamodb,
        failoverTimeMs: 10_000,
        idleReadIntervalMs: 200,
        onEvent,
        processor: ({ checkpointer }) => ({
          process: async ({ records }) => {
            for (const { data } of records) {
              const text = Buffer.from(data).toString();
              repeats += seen.has(text) ? 1 : 0;
              seen.add(text);
            }
            const last = records.at(-1);
            if (last !== undefined) {
              await checkpointer.checkpoint(last);
            }
            if (seen.size >= wanted) {
              enough();
            }
          },
          shardEnded: async () => undefined,
          handOver: async () => undefined,
          leaseLost: () => undefined,
        }),
      };
      return createWorker(options);
    };
    const put = async (from: number): Promise<void> => {
      const Records = Array.from({ length: 500 }, (_, i) => ({
        Data: Buffer.from(`record ${from + i}`),
        PartitionKey: `k${from + i}`,
      }));
      await kinesis.send(new PutRecordsCommand({ StreamName: 'stream', Records }));
    };
    const until = (count: number): Promise<void> =>
      new Promise((resolve) => {
        wanted = count;
        enough = resolve;
        if (seen.size >= count) {
          resolve();
        }
      });

    await put(0);
    const events: KclEvent[] = [];
    const first = start((event) => events.push(event));
    const firstRun = first.run();
    await until(500);
    await first.stop();
    await firstRun;
    const store = new DynamoDbLeaseStore({ client: dynamodb, application: 'app', requestTimeoutMs: 5000 });
    const { leases } = await store.list();
    expect(leases.map(({ owner }) => owner)).toEqual([undefined, undefined, undefined, undefined]);

    await put(500);
    const second = start((event) => events.push(event));
    const secondRun = second.run();
    await until(1000);
    await second.stop();
    await secondRun;
    expect(seen.size).toBe(1000);
    expect(repeats).toBe(0);
    expect(events.filter(({ type }) => type === 'lease-lost' || type === 'processor-failed' || type === 'fatal')).toEqual([]);
    // Two seconds alone; machines that run the whole suite are slower.
  });

  it('reject with a code when the stream or the table does not exist', async () => {
    const processor = () => Promise.reject(new Error('not called'));
    const common = { kinesis, dynamodb, processor };
    await expect(createWorker({ ...common, stream: 'absent', application: 'app2' }).run()).rejects.toMatchObject({
      code: 'LEASE_TABLE_MISSING',
    });
    const onEmpty = await startDynamoDb({ tables: [{ name: 'empty', partitionKey: 'leaseKey' }] });
    services.push(onEmpty);
    const client = new DynamoDBClient({
      region: 'us-east-1',
      endpoint: onEmpty.endpoint,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await expect(
      createWorker({ ...common, dynamodb: client, stream: 'absent', application: 'empty' }).run(),
    ).rejects.toMatchObject({ code: 'STREAM_MISSING' });
    client.destroy();
  });
});
