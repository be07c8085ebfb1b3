import { paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { leaseProjection, leasesOf } from '../../core/lease-row';
import type { ShardLease } from '../../core/window-closing';

/**
 * Every lease of a consumer's table, read consistently, page by page. Rows that are not leases are passed over. Reads one unit per 4 KiB.
 *
 * The role needs dynamodb:Scan on the table.
 *
 * @throws what DynamoDB answers
 */
export async function readLeaseTable(client: DynamoDBClient, table: string): Promise<readonly ShardLease[]> {
  const leases: ShardLease[] = [];
  const pages = paginateScan({ client }, { TableName: table, ConsistentRead: true, ...leaseProjection });
  for await (const { Items = [] } of pages) {
    leases.push(...leasesOf(Items));
  }
  return leases;
}
