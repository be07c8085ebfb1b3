import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { decode } from '../../../consumer/pipeline/decode';
import { updateOf } from '../../../consumer/pipeline/device-state/device-item';
import { encodeMemory } from '../../../consumer/pipeline/device-state/device-envelope';
import { positionText } from '../../../consumer/pipeline/device-state/position-text';
import type { DeviceVersion } from '../../../consumer/pipeline/device-state/stored-device';
import { Rejection } from '../../../consumer/pipeline/rejection';
import { SequenceWindow } from '../../../consumer/pipeline/sequence-window';
import { compileValidator } from '../../../consumer/pipeline/validate/message-validator';
import type { StateCodec } from '../../../core/domain';
import { factory } from '../../../domains/factory/domain';

/** Means over many items of the factory's, in bytes. */
export interface ItemBytes {
  /** Of the newest state. */
  readonly state: number;
  /** Of the state before, as it is stored. */
  readonly previous: number;
  /** The item as a whole. */
  readonly item: number;
}

const endTime = Date.UTC(2026, 10, 20);

/** The items that the factory's machines have when each is stored every so many messages. */
export function deviceItems(messagesBetween: number): ItemBytes {
  const validate = compileValidator(factory);
  const codec = factory.stateCodec as StateCodec<unknown>;
  const machines = new Map<string, { seen: SequenceWindow; state: never; messages: number; stored: DeviceVersion | undefined }>();
  const sums = { state: 0, previous: 0, item: 0 };
  let items = 0;
  for (const { data } of factory.simulator?.simulate({ devices: 12, records: 4_000, seed: 1, endTime }) ?? []) {
    const document = decode(data, factory.maxMessageBytes);
    const message = document instanceof Rejection ? document : validate(document, endTime);
    if (message instanceof Rejection) {
      continue;
    }
    const { deviceId, sequence } = message;
    const machine = machines.get(deviceId) ?? {
      seen: new SequenceWindow(),
      state: undefined as never,
      messages: 0,
      stored: undefined,
    };
    machines.set(deviceId, machine);
    const { rows, state } = factory.process(message, machine.state);
    machine.state = state as never;
    machine.seen.add(sequence);
    machine.messages += 1;
    if (machine.messages % messagesBetween !== 0) {
      continue;
    }
    const sequenceNumber = `4959033827149025660855969253836157109${String(items).padStart(19, '0')}`;
    const version = {
      position: positionText({ sequenceNumber, subSequenceNumber: 0 }),
      bytes: encodeMemory(machine, codec) ?? new Uint8Array(),
    };
    const row = rows[0]?.row ?? {};
    const latest = Object.fromEntries((factory.latest?.columns ?? []).map((name) => [name, row[name] ?? null]));
    const { ExpressionAttributeNames, ExpressionAttributeValues, Key } = updateOf({
      deviceId,
      shardId: 'shardId-000000000012',
      fence: 123_456_000_000,
      state: version,
      previous: machine.stored,
      sequence,
      eventTimeMs: message.eventTime,
      latest,
      writtenMs: endTime,
    });
    // Windows are full by then, as those of a fleet in use are.
    if (machine.stored !== undefined && machine.messages > 150) {
      const attributes = Object.entries(ExpressionAttributeValues ?? {}).map(
        ([name, value]) => [ExpressionAttributeNames?.[name.replace(':', '#')] ?? '', value] as const,
      );
      sums.state += version.bytes.length;
      sums.previous += ExpressionAttributeValues?.[':previous']?.B?.length ?? 0;
      sums.item += sizeOf(Object.fromEntries([...attributes, ...Object.entries(Key ?? {})]));
      items += 1;
    }
    machine.stored = version;
  }
  return { state: sums.state / items, previous: sums.previous / items, item: sums.item / items };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function sizeOf(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize({ B, BOOL, M, N, S }: AttributeValue): number {
  if (M !== undefined) {
    // A map takes three bytes, and one for each member.
    return 3 + sizeOf(M) + Object.keys(M).length;
  }
  if (N !== undefined) {
    // About a byte for two digits, and one more.
    return Math.ceil(N.replace(/\D/g, '').length / 2) + 1;
  }
  return BOOL !== undefined ? 1 : (B?.length ?? Buffer.byteLength(S ?? ''));
}
