import { paginateScan, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ShardLease } from '../../core/window-closing';

/**
 * The attributes of a lease's row that a reader beside the consumer may rely on: those of the Kinesis Client Library's table, and the
 * watermark that consumer/kcl adds. A test holds them to what the consumer writes.
 */
export const leaseAttributes = {
  leaseKey: 'leaseKey',
  checkpoint: 'checkpoint',
  startingHashKey: 'startingHashKey',
  endingHashKey: 'endingHashKey',
  owner: 'leaseOwner',
  entityType: 'entityType',
  arrivalWatermark: 'arrivalWatermark',
} as const;

type Row = Readonly<Record<string, AttributeValue>>;

/**
 * Every lease of a consumer's table, read consistently, page by page. Rows that are not leases are passed over. Reads one unit per 4 KiB.
 *
 * The role needs dynamodb:Scan on the table.
 *
 * @throws what DynamoDB answers
 */
export async function readLeaseTable(client: DynamoDBClient, table: string): Promise<readonly ShardLease[]> {
  const attributes = Object.values(leaseAttributes);
  const pages = paginateScan(
    { client },
    {
      TableName: table,
      ConsistentRead: true,
      ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
    },
  );
  const leases: ShardLease[] = [];
  for await (const { Items = [] } of pages) {
    leases.push(...Items.filter(isLease).map(leaseOf));
  }
  return leases;
}

/** Whether a row is a lease: other rows of KCL 3.5 say in `entityType` what they are. */
function isLease(row: Row): boolean {
  const entity = row[leaseAttributes.entityType];
  return entity === undefined || entity.S === 'LEASE';
}

function leaseOf(row: Row): ShardLease {
  const text = (attribute: keyof typeof leaseAttributes): string | undefined => row[leaseAttributes[attribute]]?.S;
  const [owner, startingHashKey, endingHashKey] = [text('owner'), text('startingHashKey'), text('endingHashKey')];
  const arrivalWatermarkMs = Number(row[leaseAttributes.arrivalWatermark]?.N ?? NaN);
  return {
    leaseKey: text('leaseKey') ?? '',
    checkpoint: text('checkpoint') ?? '',
    ...(startingHashKey !== undefined && { startingHashKey }),
    ...(endingHashKey !== undefined && { endingHashKey }),
    ...(owner !== undefined && { owner }),
    ...(Number.isFinite(arrivalWatermarkMs) && { arrivalWatermarkMs }),
  };
}
