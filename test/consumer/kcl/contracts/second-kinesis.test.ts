import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { setTimeout as delay } from 'node:timers/promises';
import { KinesisStreamApi } from '../../../../consumer/kcl/adapters/kinesis/kinesis-stream-api';
import { kinesisHarness } from './kinesis-harness';
import { startKinesisLocal, type KinesisLocal } from './kinesis-local';
import { streamApiContract } from './stream-api-contract';

/** The contract against a Kinesis that we did not write, so that the library and `local/` do not agree only with each other. */
describe('a Kinesis from another hand', () => {
  const streams = Array.from({ length: 12 }, (_, index) => `stream-${index}`);
  let server: KinesisLocal | undefined;
  let client: KinesisClient | undefined;
  let next = 0;

  beforeAll(async () => {
    server = await startKinesisLocal(streams.map((name) => `${name}:2`).join(','));
    const settings = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    };
    // It breaks off larger replies over HTTP/2, which the Kinesis client speaks; that of DynamoDB speaks HTTP/1.1.
    const { requestHandler } = new DynamoDBClient(settings).config;
    client = new KinesisClient({ ...settings, requestHandler });
  });

  afterAll(async () => {
    client?.destroy();
    await server?.close();
  });

  const harness = () => {
    const stream = streams[next++];
    if (client === undefined || stream === undefined) {
      throw new Error('no stream is left for this test');
    }
    return kinesisHarness(client, stream, {
      // Its clock is the machine's: time passes by itself, and as little as the milliseconds of its records can tell.
      pass: (ms) => delay(Math.min(ms, 20)),
      nowMs: () => Date.now(),
    });
  };

  // It never throttles, and its iterators grow old by the machine's clock alone.
  streamApiContract('kinesis-local', async () => harness(), { lacks: ['expiry', 'throttling'] });

  it('reports a missing stream by its code', async () => {
    const absent = new KinesisStreamApi(client as KinesisClient, 'absent');
    await expect(absent.listShards()).rejects.toMatchObject({ code: 'STREAM_MISSING' });
  });
});
