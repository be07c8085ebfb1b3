import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDbLeaseStore } from '../../../../consumer/kcl/adapters/dynamodb/dynamodb-lease-store';
import type { Lease } from '../../../../consumer/kcl';
import { InMemoryLeaseStore } from '../../../../consumer/kcl/testing';
import { startDynamoDb } from '../../../../local/aws/dynamodb/dynamodb';
import type { LocalService } from '../../../../local/aws/service';
import { leaseStoreContract } from './lease-store-contract';

const inMemory = new InMemoryLeaseStore();
leaseStoreContract('in-memory', () => ({
  store: inMemory,
  put: async (row) => inMemory.putRow(row),
  row: async (key) => inMemory.row(key),
}));

describe('DynamoDB', () => {
  let service: LocalService;
  let client: DynamoDBClient;
  const table = 'app';
  const storeOf = (application: string): DynamoDbLeaseStore =>
    new DynamoDbLeaseStore({ client, application, requestTimeoutMs: 5000 });

  beforeAll(async () => {
    service = await startDynamoDb({ tables: [{ name: table, partitionKey: 'leaseKey' }] });
    client = new DynamoDBClient({
      endpoint: service.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });
  afterAll(async () => {
    client.destroy();
    await service.close();
  });

  leaseStoreContract('dynamodb', () => ({
    store: storeOf(table),
    put: async (row) => {
      await client.send(new PutItemCommand({ TableName: table, Item: row }));
    },
    row: async (key) => {
      const reply = await client.send(
        new GetItemCommand({ TableName: table, Key: { leaseKey: { S: key } }, ConsistentRead: true }),
      );
      return reply.Item;
    },
  }));

  const createTable = (name: string, key: string): Promise<unknown> =>
    client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      }),
    );
  /** dynalite makes a table usable a moment after its creation; writing retries until it is. */
  const put = async (name: string, row: Record<string, { S: string }>): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      try {
        await client.send(new PutItemCommand({ TableName: name, Item: row }));
        return;
      } catch (error: unknown) {
        if (tries === 200) {
          throw error;
        }
      }
    }
  };

  it('reports a missing table, and one with another key, by their codes', async () => {
    await expect(storeOf('absent').open()).rejects.toMatchObject({ code: 'LEASE_TABLE_MISSING' });
    await expect(storeOf('absent').list()).rejects.toMatchObject({ code: 'LEASE_TABLE_MISSING' });
    await createTable('foreign', 'id');
    await expect(storeOf('foreign').open()).rejects.toMatchObject({ code: 'LEASE_TABLE_FOREIGN' });
  });

  it('creates a missing table when asked to, once, however many workers do', async () => {
    const stores = Array.from(
      { length: 3 },
      () => new DynamoDbLeaseStore({ client, application: 'new-app', requestTimeoutMs: 5000, createTable: true }),
    );
    await expect(Promise.all(stores.map((store) => store.open()))).resolves.toEqual(Array(3).fill({ warnings: [] }));
    await expect(stores[0]?.list()).resolves.toEqual({ leases: [], unreadable: [] });
    await expect(storeOf('new-app').open()).resolves.toEqual({ warnings: [] });
  });

  it.each(['GetItem', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem'] as const)(
    'says which permission is missing when %s is denied, and what to do when the table is',
    async (operation) => {
      const lease = {
        leaseKey: 'k',
        counter: 0,
        owner: 'a',
        checkpoint: { sequenceNumber: 'LATEST', subSequenceNumber: 0 },
      } as Lease;
      const calls = {
        GetItem: (store: DynamoDbLeaseStore) => store.get('k'),
        Scan: (store: DynamoDbLeaseStore) => store.list(),
        PutItem: (store: DynamoDbLeaseStore) =>
          store.create({
            ...lease,
            ownerSwitchesSinceCheckpoint: 0,
            parentShardIds: [],
            childShardIds: [],
            hashRange: undefined,
          }),
        UpdateItem: (store: DynamoDbLeaseStore) => store.write(lease, { kind: 'renew' }),
        DeleteItem: (store: DynamoDbLeaseStore) => store.delete(lease),
      };
      const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      const refusing = { send: () => Promise.reject(denied), config: client.config } as unknown as DynamoDBClient;
      const store = new DynamoDbLeaseStore({ client: refusing, application: 'app', requestTimeoutMs: 5000 });
      // The paginator of the SDK takes nothing but a real client.
      if (operation !== 'Scan') {
        await expect(calls[operation](store)).rejects.toMatchObject({
          code: 'ACCESS_DENIED',
          message: expect.stringContaining(`dynamodb:${operation}`) as unknown,
        });
      }
      await expect(calls[operation](storeOf('absent'))).rejects.toMatchObject({
        code: 'LEASE_TABLE_MISSING',
        message: expect.stringContaining('createLeaseTable') as unknown,
      });
    },
  );

  it('refuses where the coordinator state says that a KCL 3.x fleet assigns the leases, and not in its 2.x mode', async () => {
    await createTable('app-CoordinatorState', 'key');
    await put('app-CoordinatorState', { key: { S: 'Leader' }, ownerName: { S: 'java-1' } });
    await expect(storeOf(table).open()).rejects.toMatchObject({ code: 'NATIVE_KCL3_FLEET' });
    await put('app-CoordinatorState', { key: { S: 'Migration3.0' }, cv: { S: 'CLIENT_VERSION_UPGRADE_FROM_2X' } });
    await expect(storeOf(table).open()).resolves.toEqual({ warnings: [] });
    await put('app-CoordinatorState', { key: { S: 'Migration3.0' }, cv: { S: 'CLIENT_VERSION_3X_WITH_ROLLBACK' } });
    await expect(storeOf(table).open()).rejects.toMatchObject({ code: 'NATIVE_KCL3_FLEET' });
  });
});
