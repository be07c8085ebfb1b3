import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { CellValue } from '../../../core/column';
import { deviceItem as names } from '../../../core/device-item';
import type { DeviceWrite } from './device-state-store';
import type { DeviceVersion, StoredDevice } from './stored-device';

export type DeviceItem = Readonly<Record<string, AttributeValue>>;

/**
 * What an item says of a device; undefined when it is not one of ours.
 *
 * `previous` is stored as it differs from `state` (raw deflate with the state as its dictionary), since the two have most of their
 * readings in common: of the factory's 1.4 kB it takes 0.1 to 0.5, which is a write unit of four.
 */
export function fromItem(item: DeviceItem): { readonly deviceId: string; readonly device: StoredDevice } | undefined {
  const deviceId = item[names.deviceId]?.S;
  const shardId = item[names.shardId]?.S;
  const fence = Number(item[names.fence]?.N);
  const position = item[names.position]?.S;
  const bytes = item[names.state]?.B;
  if (deviceId === undefined || shardId === undefined || position === undefined || bytes === undefined || Number.isNaN(fence)) {
    return undefined;
  }
  return { deviceId, device: { shardId, fence, state: { position, bytes }, previous: previousOf(item, bytes) } };
}

function previousOf(item: DeviceItem, state: Uint8Array): DeviceVersion | undefined {
  const position = item[names.previousPosition]?.S;
  const difference = item[names.previous]?.B;
  if (position === undefined || difference === undefined) {
    return undefined;
  }
  try {
    return { position, bytes: inflateRawSync(difference, { dictionary: state }) };
  } catch {
    // No bytes are no memory either, and whoever reads them says so.
    return { position, bytes: new Uint8Array() };
  }
}

/** The write as an UpdateItem, so that what it does not name stays. Its condition is `refusalOf`, in DynamoDB's words. */
export function updateOf(
  write: DeviceWrite,
): Pick<
  UpdateItemCommandInput,
  'Key' | 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> {
  const { deviceId, eventTimeMs, fence, latest, previous, sequence, shardId, state, writtenMs } = write;
  const set: Partial<Record<keyof typeof names, AttributeValue>> = {
    shardId: { S: shardId },
    fence: { N: String(fence) },
    position: { S: state.position },
    state: { B: state.bytes },
    ...(previous !== undefined && {
      previous: { B: deflateRawSync(previous.bytes, { dictionary: state.bytes }) },
      previousPosition: { S: previous.position },
    }),
    sequence: { N: String(sequence) },
    eventTime: { S: new Date(eventTimeMs).toISOString() },
    updated: { S: new Date(writtenMs).toISOString() },
    ...(latest !== undefined && { latest: { M: valuesOf(latest) } }),
  };
  const sets = Object.keys(set).map((name) => `#${name} = :${name}`);
  const remove = previous === undefined ? ' REMOVE #previous, #previousPosition' : '';
  const onSame = '#shardId = :shardId AND (#fence < :fence OR (#fence = :fence AND #position <= :position))';
  const onOther = '#shardId <> :shardId AND #position < :position';
  const used = [...Object.keys(set), ...(previous === undefined ? ['previous', 'previousPosition'] : [])];
  return {
    Key: { [names.deviceId]: { S: deviceId } },
    UpdateExpression: `SET ${sets.join(', ')}${remove}`,
    ConditionExpression: `attribute_not_exists(#position) OR (${onSame}) OR (${onOther})`,
    ExpressionAttributeNames: Object.fromEntries(used.map((name) => [`#${name}`, names[name as keyof typeof names]])),
    ExpressionAttributeValues: Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
  };
}

/** Null is left out, as in a row. */
function valuesOf(latest: Readonly<Record<string, CellValue>>): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(latest).flatMap(([name, value]) => (value === null ? [] : [[name, valueOf(value)] as const])),
  );
}

function valueOf(value: NonNullable<CellValue>): AttributeValue {
  if (typeof value === 'boolean') {
    return { BOOL: value };
  }
  return typeof value === 'number' && isNumberThere(value) ? { N: String(value) } : { S: String(value) };
}

/**
 * Whether DynamoDB has such a number; a double may be nearer to zero, or further from it.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
 */
function isNumberThere(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-130 && size < 1e126);
}
