import { commonColumns } from '../../core/common-columns';
import { deviceBucket } from '../../core/device-bucket';
import { jsonKey } from '../../core/json-key';
import type { Message } from '../../core/message';
import type { JsonWriter } from './json-writer';

type CommonColumn = (typeof commonColumns)[number]['name'];

/** The keys of the common columns. */
const keys = Object.fromEntries(commonColumns.map(({ name }) => [name, jsonKey(name)])) as Record<CommonColumn, string>;

const before = {
  sequence: `,"${keys.sequence}":`,
  eventTime: `,"${keys.event_time}":`,
  arrivalTime: `,"${keys.arrival_time}":`,
  shardId: `,"${keys.shard_id}":`,
  sequenceNumber: `,"${keys.sequence_number}":`,
};

/** The start of every row of a device: its common columns. */
export function deviceCells(deviceId: string): Uint8Array {
  const text = `{"${keys.device_id}":${JSON.stringify(deviceId)},"${keys.device_bucket}":${deviceBucket(deviceId)}`;
  return new TextEncoder().encode(text);
}

/** Where and when the stream received a message. */
export interface Arrival {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly arrivalTimeMs: number;
}

/** Writes the other common columns, which all rows of a message share. */
export function writeMessageCells(message: Message, arrival: Arrival, out: JsonWriter): void {
  out.ascii(before.sequence);
  out.number(message.sequence);
  out.ascii(before.eventTime);
  out.time(message.eventTime);
  out.ascii(before.arrivalTime);
  out.time(arrival.arrivalTimeMs);
  out.ascii(before.shardId);
  out.text(arrival.shardId);
  out.ascii(before.sequenceNumber);
  out.text(arrival.sequenceNumber);
}
