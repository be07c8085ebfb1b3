import { DynamoDBClient, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { toRow } from '../../../consumer/kcl/adapters/dynamodb/lease-row';
import type { Lease } from '../../../consumer/kcl';
import { readLeaseTable } from '../../../lambda/shared/lease-table';
import { startDynamoDb } from '../../../local/aws/dynamodb/dynamodb';
import type { LocalService } from '../../../local/aws/service';

const lease: Lease = {
  leaseKey: 'shardId-000000000001',
  counter: 7,
  owner: 'task-1',
  checkpoint: { sequenceNumber: '4959', subSequenceNumber: 2 },
  ownerSwitchesSinceCheckpoint: 0,
  parentShardIds: ['shardId-000000000000'],
  childShardIds: [],
  hashRange: { startingHashKey: '0', endingHashKey: '99' },
  arrivalWatermarkMs: 1_766_000_000_123,
};

describe('the lease table as a function reads it', () => {
  let service: LocalService;
  let client: DynamoDBClient;
  const put = (table: string, row: Readonly<Record<string, AttributeValue>>): Promise<unknown> =>
    client.send(new PutItemCommand({ TableName: table, Item: row }));

  beforeAll(async () => {
    const tables = ['written', 'foreign', 'large'].map((name) => ({ name, partitionKey: 'leaseKey' }));
    service = await startDynamoDb({ tables });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: service.endpoint, region: 'us-east-1', credentials });
  });
  afterAll(async () => {
    client.destroy();
    await service.close();
  });

  it('has the leases that the consumer writes, under the names by which it writes them', async () => {
    await put('written', toRow(lease));
    await put(
      'written',
      toRow({ ...lease, leaseKey: 'new', owner: undefined, hashRange: undefined, arrivalWatermarkMs: undefined }),
    );
    const read = await readLeaseTable(client, 'written');
    expect([...read].sort((a, b) => (a.leaseKey < b.leaseKey ? -1 : 1))).toEqual([
      { leaseKey: 'new', checkpoint: '4959' },
      {
        leaseKey: 'shardId-000000000001',
        checkpoint: '4959',
        startingHashKey: '0',
        endingHashKey: '99',
        owner: 'task-1',
        arrivalWatermarkMs: 1_766_000_000_123,
      },
    ]);
  });

  it('passes over rows that are not leases, and claims nothing of what it cannot read', async () => {
    await put('foreign', { leaseKey: { S: 'metrics' }, entityType: { S: 'WORKER_METRICS' } });
    await put('foreign', { leaseKey: { S: 'lease' }, entityType: { S: 'LEASE' }, arrivalWatermark: { S: 'soon' } });
    await expect(readLeaseTable(client, 'foreign')).resolves.toEqual([{ leaseKey: 'lease', checkpoint: '' }]);
  });

  it('is read page by page, to its end', async () => {
    // A page is one mebibyte before attributes are left out.
    const padding = { S: 'x'.repeat(300_000) };
    await Promise.all(Array.from({ length: 8 }, (_, i) => put('large', { ...toRow({ ...lease, leaseKey: `s${i}` }), padding })));
    const read = await readLeaseTable(client, 'large');
    expect(read.map(({ leaseKey }) => leaseKey).sort()).toEqual(Array.from({ length: 8 }, (_, i) => `s${i}`));
  });

  it('that is missing is an error of DynamoDB', async () => {
    await expect(readLeaseTable(client, 'absent')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
