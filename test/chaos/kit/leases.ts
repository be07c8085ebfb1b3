import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What a lease table says of one shard. */
export interface LeaseRow {
  readonly shardId: string;
  readonly owner: string | undefined;
  readonly checkpoint: string;
}

/** The leases of an application; rows that are something else are left out. */
export async function readLeases(client: DynamoDBClient, application: string): Promise<readonly LeaseRow[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: application, ConsistentRead: true }));
  return Items.flatMap((item) => {
    const shardId = item['leaseKey']?.S ?? '';
    const checkpoint = item['checkpoint']?.S;
    return shardId.startsWith('shardId-') && checkpoint !== undefined
      ? [{ shardId, owner: item['leaseOwner']?.S, checkpoint }]
      : [];
  });
}

/** How many shards each owner works on: leases of shards that have not been read to their end. */
export function shares(leases: readonly LeaseRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { checkpoint, owner } of leases) {
    if (owner !== undefined && checkpoint !== 'SHARD_END') {
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
  }
  return counts;
}
