import { crc32 } from 'node:zlib';

/** One event of a stream: its name in the API's model, and its members, as an operation's output. */
export interface StreamEvent {
  readonly type: string;
  readonly body: unknown;
}

/**
 * An output that is a stream of events on a connection that stays open. Events are asked for only when the connection takes more,
 * so nothing is held for a slow reader.
 */
export class EventStream {
  constructor(
    /** Ends when the stream ends; throws an AwsError to end it with that exception. `gone` is aborted when the caller goes away. */
    readonly events: (gone: AbortSignal) => AsyncIterable<StreamEvent>,
    /** Aborted when the stream ended, even while an event cannot be delivered; then the connection is not waited for. */
    readonly ended: AbortSignal,
  ) {}
}

const preludeLength = 8;
const checksumLength = 4;
/** The type of a header whose value is a string. */
const stringType = 7;

/**
 * A message of `application/vnd.amazon.eventstream`: length, length of the headers, checksum of both, headers, payload, checksum.
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function encodeMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const encoded = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const length = preludeLength + checksumLength + encoded.length + payload.length + checksumLength;
  const message = Buffer.allocUnsafe(length);
  message.writeUInt32BE(length, 0);
  message.writeUInt32BE(encoded.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, preludeLength)), preludeLength);
  message.set(encoded, preludeLength + checksumLength);
  message.set(payload, preludeLength + checksumLength + encoded.length);
  message.writeUInt32BE(crc32(message.subarray(0, length - checksumLength)), length - checksumLength);
  return message;
}

/** A header with a string: one byte for the length of the name, the type, two bytes for the length of the value. */
function encodeHeader(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
  const sizes = Buffer.from([stringType, valueBytes.length >> 8, valueBytes.length & 0xff]);
  return Buffer.concat([Buffer.from([nameBytes.length]), nameBytes, sizes, valueBytes]);
}
