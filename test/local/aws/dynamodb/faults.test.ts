import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '../../../../local/aws/dynamodb/dynamodb';
import { throttle } from '../../../../local/aws/http/fault-rules';
import type { Fault, FaultTarget } from '../../../../local/aws/http/faults';
import type { LocalService } from '../../../../local/aws/service';

describe('the local DynamoDB with faults', () => {
  let service: LocalService;
  let client: DynamoDBClient;
  let fault: Fault | undefined;
  let seen: FaultTarget | undefined;
  beforeAll(async () => {
    service = await startDynamoDb({
      tables: [{ name: 'leases', partitionKey: 'leaseKey' }],
      faults: (target) => {
        seen = target;
        return target.operation === 'UpdateItem' ? fault : undefined;
      },
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await service.close();
  });

  const Key = { leaseKey: { S: 'shard' } };
  const count = async () => (await client.send(new GetItemCommand({ TableName: 'leases', Key }))).Item?.n?.N;
  const add = () =>
    client.send(
      new UpdateItemCommand({
        TableName: 'leases',
        Key,
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );

  test('loses the reply to a write that is done, and the request of one that is not', async () => {
    fault = { drop: 'reply' };
    await expect(add()).rejects.toThrow();
    expect(await count()).toBe('1');
    fault = { drop: 'request' };
    await expect(add()).rejects.toThrow();
    expect(await count()).toBe('1');
    expect(seen).toMatchObject({ service: 'dynamodb', operation: 'GetItem', input: { TableName: 'leases' } });
  });

  test('throttles, and replies late', async () => {
    const before = Number(await count());
    fault = throttle({ service: 'dynamodb', operation: 'UpdateItem', input: {} });
    await expect(add()).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    fault = { delayMs: 20 };
    const begin = performance.now();
    await add();
    expect(performance.now() - begin).toBeGreaterThanOrEqual(18);
    expect(await count()).toBe(String(before + 1));
  });
});
