import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../clock';
import { errorName, KclError } from '../errors';
import type { LeaseStore } from '../ports/lease-store';
import type { TimeRange } from './range';

export interface ReplayTableProps {
  readonly client: DynamoDBClient;
  readonly application: string;
  readonly stream: string;
  readonly range: TimeRange;
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The tag that tells a replay's table from a live application's; its value names the stream and the range. */
const tagKey = 'kcl-replay';
const pollMs = 500;

/**
 * The lease table of a replay: its own, made when it is missing, and known again by a tag, so that a replay that was interrupted can
 * go on and the table of another application is never touched.
 *
 * The role needs CreateTable, DescribeTable, TagResource, ListTagsOfResource and, to delete it, DeleteTable on the table.
 */
export class ReplayTable {
  private readonly tag: string;

  constructor(private readonly props: ReplayTableProps) {
    const { range, stream } = props;
    this.tag = `${stream} ${new Date(range.fromMs).toISOString()} ${new Date(range.toMs).toISOString()}`;
  }

  /**
   * Makes the table, or sees to it that it is the one of this very replay.
   *
   * @throws KclError REPLAY_REFUSED when it is not
   */
  async prepare(): Promise<'created' | 'resumed'> {
    const { application, leases } = this.props;
    const existing = await this.describe();
    if (existing === undefined) {
      await this.create();
      await this.mark();
      return 'created';
    }
    const found = await this.readTag(existing);
    if (found === this.tag) {
      return 'resumed';
    }
    if (found !== undefined) {
      throw new KclError(
        'REPLAY_REFUSED',
        `table ${application} belongs to another replay (${found}), not to this (${this.tag})`,
      );
    }
    // Opened first: only a lease table can be told to be empty.
    await leases.open();
    if ((await leases.list()).leases.length > 0) {
      throw new KclError('REPLAY_REFUSED', `table ${application} holds leases and was not made by a replay: it is left alone`);
    }
    await this.mark();
    return 'created';
  }

  /** Deletes the table. It is gone shortly after. */
  async delete(): Promise<void> {
    await this.props.client.send(new DeleteTableCommand({ TableName: this.props.application }));
  }

  private async create(): Promise<void> {
    const { application: TableName, client, clock, signal } = this.props;
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    while ((await this.describe())?.TableStatus !== 'ACTIVE') {
      signal.throwIfAborted();
      await clock.sleep(pollMs, signal);
    }
  }

  /** After it was made: a table without a lease may be marked at any time, should the replay be interrupted in between. */
  private async mark(): Promise<void> {
    const { client } = this.props;
    const ResourceArn = (await this.describe())?.TableArn;
    await client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: tagKey, Value: this.tag }] }));
  }

  private async readTag({ TableArn: ResourceArn }: TableDescription): Promise<string | undefined> {
    const { Tags = [] } = await this.props.client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    return Tags.find(({ Key }) => Key === tagKey)?.Value;
  }

  private async describe(): Promise<TableDescription | undefined> {
    try {
      return (await this.props.client.send(new DescribeTableCommand({ TableName: this.props.application }))).Table;
    } catch (error: unknown) {
      if (errorName(error) === 'ResourceNotFoundException') {
        return undefined;
      }
      throw error;
    }
  }
}
