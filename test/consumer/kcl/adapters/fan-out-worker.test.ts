import { KinesisClient, PutRecordsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { createWorkerOn, type KclEvent, type Worker } from '../../../../consumer/kcl';
import { InMemoryLeaseStore } from '../../../../consumer/kcl/testing';
import { KinesisFanOutApi } from '../../../../consumer/kcl/adapters/kinesis/fan-out-api';
import { KinesisStreamApi } from '../../../../consumer/kcl/adapters/kinesis/kinesis-stream-api';
import { startKinesis, type KinesisService } from '../../../../local/aws/kinesis/kinesis';

const stream = 'telemetry';

describe('workers that read by enhanced fan-out over HTTP/2', () => {
  let service: KinesisService;
  let client: KinesisClient;
  const workers: { readonly worker: Worker; readonly running: Promise<void> }[] = [];
  const events: KclEvent[] = [];
  const seen: { readonly shardId: string; readonly text: string }[] = [];
  let onSeen: () => void = () => undefined;

  beforeAll(async () => {
    service = await startKinesis({
      streams: [{ name: stream, shards: 2, mode: 'PROVISIONED', retentionHours: 24 }],
      // A shard that moves to the other worker soon after it was subscribed to would wait for five seconds.
      limits: { consumerChangeMs: 50, updatingMs: 0, resubscribeAfterMs: 0 },
    });
    client = new KinesisClient({
      endpoint: service.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });

  afterAll(async () => {
    await Promise.all(workers.map(({ worker }) => worker.stop()));
    await Promise.all(workers.map(({ running }) => running));
    client.destroy();
    await service.close();
  });

  function start(workerId: string, leases: InMemoryLeaseStore): void {
    const api = new KinesisStreamApi(client, stream);
    const fanOut = new KinesisFanOutApi({ client, stream, api, consumer: { consumerName: 'app' } });
    const worker = createWorkerOn(
      { leases, stream: api, fanOut },
      {
        workerId,
        failoverTimeMs: 1000,
        shardSyncIntervalMs: 500,
        reading: { kind: 'fan-out' },
        onEvent: (event) => void events.push(event),
        processor: ({ shardId, checkpointer }) => ({
          process: async ({ records }) => {
            seen.push(...records.map(({ data }) => ({ shardId, text: Buffer.from(data).toString() })));
            const last = records.at(-1);
            if (last !== undefined) {
              await checkpointer.checkpoint(last);
            }
            onSeen();
          },
          shardEnded: async () => undefined,
          handOver: async () => undefined,
          leaseLost: () => undefined,
        }),
      },
    );
    workers.push({ worker, running: worker.run() });
  }

  async function put(from: number, to: number): Promise<void> {
    const Records = Array.from({ length: to - from }, (_, i) => ({
      PartitionKey: `key-${from + i}`,
      Data: Buffer.from(String(from + i)),
    }));
    await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
  }

  /** A shard that moves may repeat some. */
  const different = (): number[] => [...new Set(seen.map(({ text }) => Number(text)))];

  const haveSeen = (count: number): Promise<void> =>
    new Promise((resolve) => {
      onSeen = () => (different().length >= count ? resolve() : undefined);
      onSeen();
    });

  it('share the shards, follow a split, and lose no record, in the order of each shard', async () => {
    const leases = new InMemoryLeaseStore();
    await put(0, 50);
    start('a', leases);
    start('b', leases);
    await haveSeen(50);
    await client.send(
      new SplitShardCommand({ StreamName: stream, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: String(2n ** 126n) }),
    );
    await put(50, 150);
    await haveSeen(150);

    expect(different().sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, i) => i));
    for (const shardId of new Set(seen.map((one) => one.shardId))) {
      const ofShard = [...new Set(seen.filter((one) => one.shardId === shardId).map(({ text }) => Number(text)))];
      expect(ofShard).toEqual([...ofShard].sort((a, b) => a - b));
    }
    const ended = events.filter((event) => event.type === 'subscription-ended');
    expect(ended.map(({ shardId, reason }) => [shardId, reason])).toContainEqual(['shardId-000000000000', 'shard-ended']);
    const troubles = ['fan-out-unavailable', 'fan-out-fell-back', 'subscription-silent', 'read-failed', 'reader-stalled'];
    expect(events.filter(({ type }) => troubles.includes(type))).toEqual([]);
  });
});
