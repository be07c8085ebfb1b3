import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '../../../../local/aws/dynamodb/dynamodb';
import type { LocalService } from '../../../../local/aws/service';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const states = { name: 'states', partitionKey: 'device' };

describe('tables that are kept', () => {
  let directory: string;
  let service: LocalService | undefined;
  beforeEach(async () => {
    directory = path.join(await mkdtemp(path.join(tmpdir(), 'dynamodb-')), 'tables');
  });
  afterEach(async () => {
    await service?.close();
    service = undefined;
    await rm(path.dirname(directory), { recursive: true, force: true });
  });

  const at = async <Result>(endpoint: string, use: (client: DynamoDBClient) => Promise<Result>): Promise<Result> => {
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    try {
      return await use(client);
    } finally {
      client.destroy();
    }
  };
  const write = (endpoint: string, device: string): Promise<unknown> =>
    at(endpoint, (client) =>
      client.send(
        new PutItemCommand({
          TableName: 'states',
          Item: { device: { S: device }, state: { B: Uint8Array.of(1, 2, 3) } },
          ConditionExpression: 'attribute_not_exists(device)',
        }),
      ),
    );
  const read = (endpoint: string, device: string) =>
    at(endpoint, async (client) => {
      const { Item } = await client.send(new GetItemCommand({ TableName: 'states', Key: { device: { S: device } } }));
      return Item?.state?.B;
    });

  test('are there again, with their items and their conditions', async () => {
    service = await startDynamoDb({ tables: [states], directory });
    await write(service.endpoint, 'a');
    await service.close();
    service = await startDynamoDb({ tables: [states, { name: 'leases', partitionKey: 'leaseKey' }], directory });
    expect(await read(service.endpoint, 'a')).toEqual(Uint8Array.of(1, 2, 3));
    await expect(write(service.endpoint, 'a')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await write(service.endpoint, 'b');
  });

  test('have lost nothing when their process was killed', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'server-process.ts'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [endpoint] = (await once(child.stdout, 'data')) as [Buffer];
    const devices = Array.from({ length: 50 }, (_, index) => `device-${index}`);
    await Promise.all(devices.map((device) => write(endpoint.toString().trim(), device)));
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    service = await startDynamoDb({ tables: [states], directory });
    const { endpoint: again } = service;
    expect(await Promise.all(devices.map((device) => read(again, device)))).toEqual(devices.map(() => Uint8Array.of(1, 2, 3)));
  });

  test('are not taken for tables with another key', async () => {
    await (await startDynamoDb({ tables: [states], directory })).close();
    await expect(startDynamoDb({ tables: [{ name: 'states', partitionKey: 'id' }], directory })).rejects.toThrow(
      'the table states has the key device HASH since an earlier run, not id HASH',
    );
    // And the files are closed again.
    service = await startDynamoDb({ tables: [states], directory });
  });
});
