import { KinesisClient } from '@aws-sdk/client-kinesis';
import { InMemoryStream, VirtualClock } from '../../../../consumer/kcl/testing';
import { KinesisStreamApi } from '../../../../consumer/kcl/adapters/kinesis/kinesis-stream-api';
import { startKinesis, type KinesisService } from '../../../../local/aws/kinesis/kinesis';
import { kinesisHarness } from './kinesis-harness';
import { streamApiContract } from './stream-api-contract';

streamApiContract('in-memory', async () => {
  const clock = new VirtualClock();
  const stream = new InMemoryStream(clock, 2);
  return {
    api: stream,
    put: async (partitionKey, data) => stream.put(partitionKey, data),
    split: async (shardId) => void stream.split(shardId),
    merge: async (a, b) => void stream.merge(a, b),
    pass: (ms) => clock.advance(ms),
    nowMs: () => clock.wallMs(),
  };
});

describe('Kinesis', () => {
  const services: KinesisService[] = [];
  const clients: KinesisClient[] = [];
  let nowMs = Date.now();

  afterAll(async () => {
    clients.forEach((client) => client.destroy());
    await Promise.all(services.map((service) => service.close()));
  });

  const connect = async (): Promise<KinesisClient> => {
    const streams = [{ name: 'stream', shards: 2, mode: 'PROVISIONED', retentionHours: 24 }] as const;
    const service = await startKinesis({ streams, clock: () => nowMs });
    const client = new KinesisClient({
      endpoint: service.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      // What the client repeats by itself is not under test.
      maxAttempts: 1,
    });
    services.push(service);
    clients.push(client);
    return client;
  };

  streamApiContract('kinesis', async () => {
    const client = await connect();
    return kinesisHarness(client, 'stream', {
      pass: async (ms) => {
        nowMs += ms;
      },
      nowMs: () => nowMs,
    });
  });

  it('reports a missing stream by its code', async () => {
    const api = new KinesisStreamApi(await connect(), 'absent');
    await expect(api.listShards()).rejects.toMatchObject({ code: 'STREAM_MISSING' });
  });

  it('takes the iterator of a shard that is gone for one that expired, as long as the stream is there', async () => {
    const client = await connect();
    const gone = Object.assign(new Error('no such shard'), { name: 'ResourceNotFoundException' });
    const only = (...there: string[]): KinesisStreamApi => {
      const send = (command: object): Promise<unknown> =>
        there.includes(command.constructor.name)
          ? client.send(command as Parameters<KinesisClient['send']>[0])
          : Promise.reject(gone);
      return new KinesisStreamApi({ send } as unknown as KinesisClient, 'stream');
    };
    await expect(only('ListShardsCommand').getRecords('iterator', 1)).resolves.toEqual({ kind: 'expired' });
    await expect(only().getRecords('iterator', 1)).rejects.toMatchObject({ code: 'STREAM_MISSING' });
  });

  it('stops waiting for a call whose signal is aborted', async () => {
    const api = new KinesisStreamApi(await connect(), 'stream');
    await expect(api.listShards(AbortSignal.abort())).rejects.toThrow();
  });
});
