import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { deviceItem } from '../../../core/device-item';
import { fromItem, updateOf, type DeviceItem } from './device-item';
import {
  DeviceStateRefusedError,
  type DeviceStateStore,
  type DeviceWrite,
  type LoadOutcome,
  type StoreOutcome,
  type Unavailable,
} from './device-state-store';
import { refusalOf, type Refusal, type StoredDevice } from './stored-device';

/**
 * Errors that no retry mends. Everything else (throttling, 5xx, KMS, time-outs, refused connections, credentials that are being
 * renewed) is taken for passing.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const permanentErrors: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
  'ResourceNotFoundException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationException',
]);

/**
 * What is remembered of devices, in DynamoDB; key `device_id` (S). Reads are consistent, many at a time; a write is an UpdateItem with a
 * condition, one at a time, since writes in batches take none. Give it a client with `maxAttempts: 1`, and of its own: its callers retry,
 * and leases must not wait in line behind states.
 *
 * The role needs BatchGetItem and UpdateItem on the table.
 */
export class DynamoDbDeviceStateStore implements DeviceStateStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async load(deviceIds: readonly string[], signal: AbortSignal): Promise<LoadOutcome> {
    const Keys = deviceIds.map((id) => ({ [deviceItem.deviceId]: { S: id } }));
    const command = new BatchGetItemCommand({ RequestItems: { [this.table]: { Keys, ConsistentRead: true } } });
    try {
      const { Responses, UnprocessedKeys } = await this.client.send(command, { abortSignal: signal });
      const items = Responses?.[this.table] ?? [];
      const unprocessed = UnprocessedKeys?.[this.table]?.Keys ?? [];
      return {
        type: 'loaded',
        devices: new Map(items.flatMap((item) => entryOf(item))),
        unprocessed: unprocessed.flatMap((key) => key[deviceItem.deviceId]?.S ?? []),
      };
    } catch (error: unknown) {
      return this.unavailable(error);
    }
  }

  async store(write: DeviceWrite, signal: AbortSignal): Promise<StoreOutcome> {
    const command = new UpdateItemCommand({
      TableName: this.table,
      ...updateOf(write),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await this.client.send(command, { abortSignal: signal });
      return { type: 'stored' };
    } catch (error: unknown) {
      return error instanceof ConditionalCheckFailedException ? this.refused(error.Item, write, signal) : this.unavailable(error);
    }
  }

  /** Who stands in the way. The item comes with the refusal; where it does not, as with DynamoDB's local stand-in, it is read. */
  private async refused(item: DeviceItem | undefined, write: DeviceWrite, signal: AbortSignal): Promise<StoreOutcome> {
    if (item !== undefined) {
      const stored = fromItem(item)?.device;
      // What is written in part, by another hand, is left to whoever wrote it.
      return this.judged(stored === undefined ? 'fence' : refusalOf(stored, write));
    }
    const read = await this.load([write.deviceId], signal);
    if (read.type === 'unavailable') {
      return read;
    }
    const stored = read.devices.get(write.deviceId);
    return this.judged(stored === undefined ? undefined : refusalOf(stored, write));
  }

  private judged(by: Refusal | undefined): StoreOutcome {
    return by === undefined
      ? { type: 'unavailable', code: 'ConditionalCheckFailedException', message: 'the item has changed meanwhile' }
      : { type: 'refused', by };
  }

  private unavailable(error: unknown): Unavailable {
    const { name, message } = error instanceof Error ? error : { name: 'UnknownError', message: String(error) };
    if (permanentErrors.has(name)) {
      throw new DeviceStateRefusedError(this.table, isTooLarge(name, message) ? 'ItemTooLarge' : name, message, { cause: error });
    }
    return { type: 'unavailable', code: name, message };
  }
}

/** An item that lacks what every item of ours has is no device's: it is written over. */
function entryOf(item: DeviceItem): readonly (readonly [string, StoredDevice])[] {
  const entry = fromItem(item);
  return entry === undefined ? [] : [[entry.deviceId, entry.device]];
}

/** An item has 400 KB at most. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
function isTooLarge(name: string, message: string): boolean {
  return name === 'ValidationException' && /item size/i.test(message);
}
