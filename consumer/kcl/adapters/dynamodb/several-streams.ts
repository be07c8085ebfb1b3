import { KclError } from '../../errors';
import type { Row } from './lease-row';

/**
 * A Java application that reads several streams has their leases in one table, under keys that are no shard ids. A worker of one stream
 * would take them for shards that are gone.
 *
 * Source: `DynamoDBMultiStreamLeaseSerializer`.
 *
 * @throws KclError LEASE_TABLE_FOREIGN when the row is such a lease
 */
export function refuseSeveralStreams(table: string, row: Row): void {
  const stream = row['streamName']?.S;
  if (stream !== undefined) {
    throw new KclError(
      'LEASE_TABLE_FOREIGN',
      `lease table ${table} has the leases of several streams (${row['leaseKey']?.S ?? ''} is of ${stream}), which is not supported. ` +
        'Choose another application name.',
    );
  }
}
