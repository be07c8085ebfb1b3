import {
  CreateTableCommand,
  DescribeTableCommand,
  waitUntilTableExists,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { errorName, KclError } from '../../errors';
import { isMissing, translate } from './table-errors';

export interface LeaseTableProps {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Whether a table that is missing is created. */
  readonly create: boolean;
  readonly timeout: () => AbortSignal;
}

/** How long a table may take to be created, in seconds; usually it takes ten. */
const creationSeconds = 120;

/**
 * Looks whether the table is there and is one for leases; creates it, as the KCL does, if asked to.
 *
 * @throws KclError LEASE_TABLE_MISSING, LEASE_TABLE_FOREIGN or ACCESS_DENIED
 */
export async function prepareLeaseTable(props: LeaseTableProps): Promise<void> {
  let found = await describe(props);
  if (found === undefined) {
    await createTable(props);
  }
  if (found?.TableStatus !== 'ACTIVE' && found?.TableStatus !== 'UPDATING') {
    await waitUntilTableExists(
      { client: props.client, minDelay: 1, maxDelay: 5, maxWaitTime: creationSeconds },
      { TableName: props.table },
    );
    found = await describe(props);
  }
  checkKey(props.table, found);
}

/** Undefined when it is missing and may be created. */
async function describe({ client, create, table, timeout }: LeaseTableProps): Promise<TableDescription | undefined> {
  try {
    const reply = await client.send(new DescribeTableCommand({ TableName: table }), { abortSignal: timeout() });
    if (reply.Table?.TableStatus === 'DELETING') {
      throw new KclError('LEASE_TABLE_MISSING', `lease table ${table} is being deleted`);
    }
    return reply.Table;
  } catch (error: unknown) {
    if (create && isMissing(error)) {
      return undefined;
    }
    throw translate(error, 'DescribeTable', table);
  }
}

async function createTable({ client, table, timeout }: LeaseTableProps): Promise<void> {
  const command = new CreateTableCommand({
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
  });
  try {
    await client.send(command, { abortSignal: timeout() });
  } catch (error: unknown) {
    // Another worker was faster.
    if (errorName(error) !== 'ResourceInUseException') {
      throw translate(error, 'CreateTable', table);
    }
  }
}

/** A lease table has one key, `leaseKey`, a string. */
function checkKey(table: string, description: TableDescription | undefined): void {
  const keys = (description?.KeySchema ?? []).map(({ AttributeName }) => AttributeName);
  const type = description?.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === 'leaseKey')?.AttributeType;
  if (keys.length !== 1 || keys[0] !== 'leaseKey' || type !== 'S') {
    throw new KclError(
      'LEASE_TABLE_FOREIGN',
      `table ${table} is no lease table: its key is ${keys.join(', ')}, not leaseKey (S). Choose another application name, or delete the ` +
        'table if nothing uses it.',
    );
  }
}
