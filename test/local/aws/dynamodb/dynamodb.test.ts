import * as net from 'node:net';
import { DeleteItemCommand, DescribeTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '../../../../local/aws/dynamodb/dynamodb';
import type { LocalService } from '../../../../local/aws/service';

describe('the local DynamoDB', () => {
  let service: LocalService;
  let client: DynamoDBClient;
  beforeAll(async () => {
    service = await startDynamoDb({
      tables: [
        { name: 'leases', partitionKey: 'leaseKey' },
        { name: 'readings', partitionKey: 'device', sortKey: 'sequence', sortKeyType: 'N' },
      ],
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await service.close();
    await service.close();
  });

  test('has its tables, active and with the keys asked for', async () => {
    const { Table: leases } = await client.send(new DescribeTableCommand({ TableName: 'leases' }));
    expect(leases).toMatchObject({ TableStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }] });
    const { Table: readings } = await client.send(new DescribeTableCommand({ TableName: 'readings' }));
    expect(readings?.AttributeDefinitions).toEqual([
      { AttributeName: 'device', AttributeType: 'S' },
      { AttributeName: 'sequence', AttributeType: 'N' },
    ]);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate
  test('lets exactly one of many racing conditional writes win', async () => {
    const create = (owner: number) =>
      client.send(
        new PutItemCommand({
          TableName: 'leases',
          Item: { leaseKey: { S: 'shard' }, owner: { S: `worker-${owner}` } },
          ConditionExpression: 'attribute_not_exists(leaseKey)',
        }),
      );
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, owner) => create(owner)));
    const lost = results.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as Error).name);
    expect(lost).toEqual(Array.from({ length: 19 }, () => 'ConditionalCheckFailedException'));
    await client.send(new DeleteItemCommand({ TableName: 'leases', Key: { leaseKey: { S: 'shard' } } }));
  });

  test('survives a caller that is killed in the middle of a request', async () => {
    const socket = net.connect(Number(new URL(service.endpoint).port), '127.0.0.1');
    await new Promise<void>((resolve) =>
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"TableName"', () => resolve()),
    );
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.resetAndDestroy();
    await closed;
    expect((await client.send(new ScanCommand({ TableName: 'leases' }))).Count).toBe(0);
  });

  test('refuses a table that DynamoDB would refuse, and leaves nothing running', async () => {
    await expect(startDynamoDb({ tables: [{ name: 'no spaces', partitionKey: 'k' }] })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
