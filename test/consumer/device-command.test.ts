import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Writable } from 'node:stream';
import { deviceCommand, deviceHelp } from '../../consumer/device-command';
import { DynamoDbDeviceStateStore } from '../../consumer/pipeline';
import { startDynamoDb } from '../../local/aws/dynamodb/dynamodb';
import type { LocalService } from '../../local/aws/service';

describe('npm run device', () => {
  let service: LocalService;
  let client: DynamoDBClient;

  beforeAll(async () => {
    service = await startDynamoDb({ tables: [{ name: 'devices', partitionKey: 'device_id' }] });
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    client = new DynamoDBClient({ endpoint: service.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
    await new DynamoDbDeviceStateStore(client, 'devices').store(
      {
        deviceId: 'press-017',
        shardId: 'shardId-000000000003',
        fence: 7_000_000,
        state: { position: '0011.010', bytes: new Uint8Array(3) },
        previous: undefined,
        sequence: 4711,
        eventTimeMs: Date.UTC(2026, 10, 20, 8),
        writtenMs: Date.UTC(2026, 10, 20, 8, 0, 7),
        latest: { state: 'running', temperature: 61.2, alarm: false },
      },
      new AbortController().signal,
    );
  });
  afterAll(async () => {
    client.destroy();
    await service.close();
  });

  async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    const texts = { out: '', err: '' };
    const to = (name: 'out' | 'err'): Writable =>
      new Writable({
        decodeStrings: false,
        write: (chunk: string, _encoding, done) => {
          texts[name] += chunk;
          done();
        },
      });
    const environment = { DEVICE_STATE_TABLE: 'devices' };
    return { code: await deviceCommand(argv, { environment, out: to('out'), err: to('err'), client }), ...texts };
  }

  test('says when the device reported last, and how it was', async () => {
    await expect(run('press-017')).resolves.toEqual({
      code: 0,
      err: '',
      out: `press-017
  last message  4711, of 2026-11-20T08:00:00.000Z
  stored        2026-11-20T08:00:07.000Z
  heard on      shardId-000000000003
  state         running
  temperature   61.2
  alarm         false
`,
    });
  });

  test('says that nothing is known, or what is wrong', async () => {
    await expect(run('press-018')).resolves.toMatchObject({
      code: 1,
      err: expect.stringContaining('Nothing is known') as string,
    });
    await expect(run('press-017', '--table', 'no-such-table')).resolves.toMatchObject({
      code: 1,
      err: expect.stringContaining('Check that what the message names exists') as string,
    });
    await expect(run()).resolves.toMatchObject({ code: 2, err: expect.stringContaining('Give one device id') as string });
    await expect(run('a', 'b')).resolves.toMatchObject({ code: 2 });
    await expect(run('press-017', '--table')).resolves.toMatchObject({ code: 2 });
    await expect(run('--help')).resolves.toEqual({ code: 0, out: deviceHelp, err: '' });
  });
});
