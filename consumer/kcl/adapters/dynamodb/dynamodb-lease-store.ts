import {
  DeleteItemCommand,
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
import { errorName } from '../../errors';
import type { LeaseList, LeaseStore, LeaseTableNotes, UnreadableRow } from '../../ports/lease-store';
import {
  changeOf,
  conditionOf,
  fromRow,
  hashRangeAttributes,
  toRow,
  wakeUp,
  type Row,
  type RowChange,
  type RowCondition,
} from './lease-row';
import { prepareLeaseTable } from './lease-table';
import { coordinatorStateTable, refuseNativeFleet } from './native-fleet';
import { refuseSeveralStreams } from './several-streams';
import { isDenied, isMissing, translate } from './table-errors';

export interface DynamoDbLeaseStoreProps {
  readonly client: DynamoDBClient;
  /** The table's name, which is the KCL's application name. */
  readonly application: string;
  /** A request without an answer after this long, the client's own retries included, is given up. Milliseconds. */
  readonly requestTimeoutMs: number;
  /** Whether a table that is missing is created. @default false */
  readonly createTable?: boolean;
}

/**
 * The lease table in DynamoDB. Reads are consistent; writes are `UpdateItem` with a condition, so attributes of other clients stay.
 *
 * The role needs DescribeTable, Scan, GetItem, PutItem, UpdateItem and DeleteItem on the table, and GetItem on
 * `<application>-CoordinatorState` to recognise a native KCL 3.x fleet (without it the worker says so and goes on); CreateTable, when it
 * is to create the table.
 */
export class DynamoDbLeaseStore implements LeaseStore {
  private prepared = false;

  constructor(private readonly props: DynamoDbLeaseStoreProps) {}

  async open(): Promise<LeaseTableNotes> {
    const { application, client, createTable: create = false } = this.props;
    if (!this.prepared) {
      await prepareLeaseTable({ client, table: application, create, timeout: () => this.timeout() });
      this.prepared = true;
    }
    await refuseNativeFleet(application, (leaseKey) => this.getLeaseRow(leaseKey));
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
      { abortSignal: this.timeout(scanRequests) },
    );
    for await (const page of this.translated(pages)) {
      for (const row of page.Items ?? []) {
        refuseSeveralStreams(this.props.application, row);
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
    const row = await this.getLeaseRow(leaseKey);
    const read = row === undefined ? 'not-a-lease' : fromRow(row);
    return read === 'not-a-lease' || 'reason' in read ? undefined : read;
  }

  async create(lease: Lease): Promise<'created' | 'exists'> {
    const command = new PutItemCommand({
      TableName: this.props.application,
      Item: toRow(lease),
      ConditionExpression: 'attribute_not_exists(leaseKey)',
    });
    const reply = this.props.client.send(command, { abortSignal: this.timeout() });
    return this.call('PutItem', reply, () => 'created' as const, 'exists');
  }

  async write(seen: Lease, write: LeaseWrite): Promise<Lease | 'lost'> {
    const input = update(this.props.application, seen.leaseKey, changeOf(seen, write), conditionOf(seen, write));
    const reply = this.props.client.send(new UpdateItemCommand(input), { abortSignal: this.timeout() });
    return this.call(
      'UpdateItem',
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
    const reply = this.props.client.send(command, { abortSignal: this.timeout() });
    return this.call('DeleteItem', reply, () => 'deleted' as const, 'changed');
  }

  async wake(leaseKey: string, owner: string, by: string): Promise<'stored' | 'changed'> {
    const { change, condition } = wakeUp(owner, by);
    const input = { ...update(this.props.application, leaseKey, change, condition), ReturnValues: undefined };
    const reply = this.props.client.send(new UpdateItemCommand(input), { abortSignal: this.timeout() });
    return this.call('UpdateItem', reply, () => 'stored' as const, 'changed');
  }

  private async set(leaseKey: string, set: Row): Promise<'stored' | 'absent'> {
    const change = { set, remove: [], add: {} };
    const input = update(this.props.application, leaseKey, change, { equal: { leaseKey: { S: leaseKey } }, absent: [] });
    const reply = this.props.client.send(new UpdateItemCommand(input), { abortSignal: this.timeout() });
    return this.call('UpdateItem', reply, () => 'stored' as const, 'absent');
  }

  private async getLeaseRow(leaseKey: string): Promise<Row | undefined> {
    const { application } = this.props;
    return this.call('GetItem', this.getRow(application, key(leaseKey)), (row) => row, undefined);
  }

  private async getRow(table: string, rowKey: Row): Promise<Row | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: rowKey, ConsistentRead: true });
    const reply = await this.props.client.send(command, { abortSignal: this.timeout() });
    return reply.Item;
  }

  /** A call whose reply, or refusal by its condition, is a result; what trying again does not mend is said in full. */
  private async call<T, R, F>(operation: string, reply: Promise<T>, result: (reply: T) => R, refused: F): Promise<R | F> {
    try {
      return result(await reply);
    } catch (error: unknown) {
      if (errorName(error) === 'ConditionalCheckFailedException') {
        return refused;
      }
      throw translate(error, operation, this.props.application);
    }
  }

  private async *translated<T>(pages: AsyncIterable<T>): AsyncIterable<T> {
    try {
      yield* pages;
    } catch (error: unknown) {
      throw translate(error, 'Scan', this.props.application);
    }
  }

  private timeout(requests = 1): AbortSignal {
    return AbortSignal.timeout(requests * this.props.requestTimeoutMs);
  }
}

/** A scan has a request per mebibyte of the table; all of them together may take as long as so many. */
const scanRequests = 5;

function key(leaseKey: string): Record<string, AttributeValue> {
  return { leaseKey: { S: leaseKey } };
}

/** Attribute names go through placeholders, since any of them may become a reserved word. */
function update(table: string, leaseKey: string, change: RowChange, condition: RowCondition): UpdateItemCommandInput {
  const set = Object.keys(change.set);
  const add = Object.keys(change.add);
  const equal = Object.keys(condition.equal);
  const names = new Set([...set, ...change.remove, ...add, ...equal, ...condition.absent]);
  const clauses = [
    `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
    ...(change.remove.length > 0 ? [`REMOVE ${change.remove.map((name) => `#${name}`).join(', ')}`] : []),
    ...(add.length > 0 ? [`ADD ${add.map((name) => `#${name} :${name}`).join(', ')}`] : []),
  ];
  const conditions = [
    ...equal.map((name) => `#${name} = :seen_${name}`),
    ...condition.absent.map((name) => `attribute_not_exists(#${name})`),
  ];
  return {
    TableName: table,
    Key: key(leaseKey),
    UpdateExpression: clauses.join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries<AttributeValue>([
      ...set.map((name) => [`:${name}`, change.set[name] as AttributeValue] as const),
      ...add.map((name) => [`:${name}`, { N: String(change.add[name]) }] as const),
      ...equal.map((name) => [`:seen_${name}`, condition.equal[name] as AttributeValue] as const),
    ]),
    ReturnValues: 'ALL_NEW',
  };
}
