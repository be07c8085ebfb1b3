import {
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  paginateScan,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { HashRange } from '../../decisions/hash-range';
import type { Lease, LeaseWrite } from '../../decisions/lease';
import { errorName, KclError } from '../../errors';
import type { LeaseList, LeaseStore, LeaseTableNotes, UnreadableRow } from '../../ports/lease-store';
import { changeOf, fromRow, hashRangeAttributes, toRow, type Row, type RowChange } from './lease-row';
import { coordinatorStateTable, isDenied, isMissing, refuseNativeFleet } from './native-fleet';

export interface DynamoDbLeaseStoreProps {
  readonly client: DynamoDBClient;
  /** The table's name, which is the KCL's application name. */
  readonly application: string;
  /** A request without an answer after this long, the client's own retries included, is given up. Milliseconds. */
  readonly requestTimeoutMs: number;
}

/**
 * The lease table in DynamoDB. Reads are consistent; writes are `UpdateItem` with a condition, so attributes of other clients stay.
 *
 * The role needs DescribeTable, Scan, GetItem, PutItem, UpdateItem and DeleteItem on the table, and GetItem on
 * `<application>-CoordinatorState` to recognise a native KCL 3.x fleet (without it the worker says so and goes on).
 */
export class DynamoDbLeaseStore implements LeaseStore {
  constructor(private readonly props: DynamoDbLeaseStoreProps) {}

  async open(): Promise<LeaseTableNotes> {
    const { application } = this.props;
    await this.checkKey();
    await refuseNativeFleet(application, (key) => this.getRow(application, { leaseKey: { S: key } }));
    const table = coordinatorStateTable(application);
    try {
      await refuseNativeFleet(table, (key) => this.getRow(table, { key: { S: key } }));
    } catch (error: unknown) {
      if (isDenied(error)) {
        return { warnings: [`could not look for a native KCL 3.x fleet: not allowed to read table ${table}`] };
      }
      if (!isMissing(error)) {
        throw error;
      }
    }
    return { warnings: [] };
  }

  async list(): Promise<LeaseList> {
    const leases: Lease[] = [];
    const unreadable: UnreadableRow[] = [];
    const pages = paginateScan(
      { client: this.props.client },
      { TableName: this.props.application, ConsistentRead: true },
      { abortSignal: this.timeout() },
    );
    for await (const page of this.translated(pages)) {
      for (const row of page.Items ?? []) {
        const read = fromRow(row);
        if (read === 'not-a-lease') {
          continue;
        }
        if ('reason' in read) {
          unreadable.push(read);
        } else {
          leases.push(read);
        }
      }
    }
    return { leases, unreadable };
  }

  async get(leaseKey: string): Promise<Lease | undefined> {
    const row = await this.getRow(this.props.application, key(leaseKey));
    const read = row === undefined ? 'not-a-lease' : fromRow(row);
    return read === 'not-a-lease' || 'reason' in read ? undefined : read;
  }

  async create(lease: Lease): Promise<'created' | 'exists'> {
    const command = new PutItemCommand({
      TableName: this.props.application,
      Item: toRow(lease),
      ConditionExpression: 'attribute_not_exists(leaseKey)',
    });
    return unlessRefused(this.props.client.send(command, { abortSignal: this.timeout() }), () => 'created' as const, 'exists');
  }

  async write(seen: Lease, write: LeaseWrite): Promise<Lease | 'lost'> {
    const owned = write.kind === 'release' ? ' AND leaseOwner = :me' : '';
    const input = update(this.props.application, seen.leaseKey, changeOf(seen, write), {
      condition: `leaseCounter = :seen${owned}`,
      values: { ':seen': { N: String(seen.counter) }, ...(write.kind === 'release' && { ':me': { S: write.owner } }) },
    });
    const reply = this.props.client.send(new UpdateItemCommand(input), { abortSignal: this.timeout() });
    return unlessRefused(
      reply,
      ({ Attributes: row }) => {
        const read = row === undefined ? 'not-a-lease' : fromRow(row);
        return read === 'not-a-lease' || 'reason' in read ? 'lost' : read;
      },
      'lost',
    );
  }

  async setChildShardIds(leaseKey: string, childShardIds: readonly string[]): Promise<'stored' | 'absent'> {
    return this.set(leaseKey, { childShardIds: { SS: [...childShardIds] } });
  }

  async setHashRange(leaseKey: string, hashRange: HashRange): Promise<'stored' | 'absent'> {
    return this.set(leaseKey, hashRangeAttributes(hashRange));
  }

  async delete(seen: Lease): Promise<'deleted' | 'changed'> {
    const command = new DeleteItemCommand({
      TableName: this.props.application,
      Key: key(seen.leaseKey),
      ConditionExpression: 'leaseCounter = :seen',
      ExpressionAttributeValues: { ':seen': { N: String(seen.counter) } },
    });
    return unlessRefused(this.props.client.send(command, { abortSignal: this.timeout() }), () => 'deleted' as const, 'changed');
  }

  private async set(leaseKey: string, set: Row): Promise<'stored' | 'absent'> {
    const change = { set, remove: [], add: {} };
    const input = update(this.props.application, leaseKey, change, { condition: 'attribute_exists(leaseKey)', values: {} });
    const reply = this.props.client.send(new UpdateItemCommand(input), { abortSignal: this.timeout() });
    return unlessRefused(reply, () => 'stored' as const, 'absent');
  }

  private async getRow(table: string, rowKey: Row): Promise<Row | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: rowKey, ConsistentRead: true });
    const reply = await this.props.client.send(command, { abortSignal: this.timeout() });
    return reply.Item;
  }

  /** A lease table has one key, `leaseKey`, a string. */
  private async checkKey(): Promise<void> {
    const { application: table, client } = this.props;
    try {
      const reply = await client.send(new DescribeTableCommand({ TableName: table }), { abortSignal: this.timeout() });
      const keys = (reply.Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName);
      const type = reply.Table?.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === 'leaseKey')?.AttributeType;
      if (keys.length !== 1 || keys[0] !== 'leaseKey' || type !== 'S') {
        throw new KclError(
          'LEASE_TABLE_FOREIGN',
          `table ${table} is no lease table: its key is ${keys.join(', ')}, not leaseKey (S)`,
        );
      }
    } catch (error: unknown) {
      throw translate(error, table);
    }
  }

  private async *translated<T>(pages: AsyncIterable<T>): AsyncIterable<T> {
    try {
      yield* pages;
    } catch (error: unknown) {
      throw translate(error, this.props.application);
    }
  }

  private timeout(): AbortSignal {
    return AbortSignal.timeout(this.props.requestTimeoutMs);
  }
}

function translate(error: unknown, table: string): unknown {
  if (isMissing(error)) {
    return new KclError('LEASE_TABLE_MISSING', `there is no lease table ${table}`, { cause: error });
  }
  return isDenied(error) ? new KclError('ACCESS_DENIED', `not allowed to use lease table ${table}`, { cause: error }) : error;
}

function key(leaseKey: string): Record<string, AttributeValue> {
  return { leaseKey: { S: leaseKey } };
}

/** The result, or `refused` when the condition did not hold. */
async function unlessRefused<T, R, F>(reply: Promise<T>, result: (reply: T) => R, refused: F): Promise<R | F> {
  try {
    return result(await reply);
  } catch (error: unknown) {
    if (errorName(error) === 'ConditionalCheckFailedException') {
      return refused;
    }
    throw error;
  }
}

/** Attribute names go through placeholders, since any of them may become a reserved word. */
function update(
  table: string,
  leaseKey: string,
  change: RowChange,
  when: { readonly condition: string; readonly values: Row },
): UpdateItemCommandInput {
  const set = Object.keys(change.set);
  const add = Object.keys(change.add);
  const names = [...set, ...change.remove, ...add];
  const clauses = [
    `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
    ...(change.remove.length > 0 ? [`REMOVE ${change.remove.map((name) => `#${name}`).join(', ')}`] : []),
    ...(add.length > 0 ? [`ADD ${add.map((name) => `#${name} :${name}`).join(', ')}`] : []),
  ];
  const values: Record<string, AttributeValue> = { ...when.values };
  for (const name of set) {
    values[`:${name}`] = change.set[name] as AttributeValue;
  }
  for (const name of add) {
    values[`:${name}`] = { N: String(change.add[name]) };
  }
  return {
    TableName: table,
    Key: key(leaseKey),
    UpdateExpression: clauses.join(' '),
    ConditionExpression: when.condition,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
  };
}
