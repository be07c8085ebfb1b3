import type { Domain } from '../../core/domain';
import { decode } from './decode';
import type { DeviceTable } from './device-table';
import { maxFirehoseRecordBytes } from './pack';
import { clip, Rejection } from './rejection';
import { compileRowSerializer, messageText, type Arrival, type RowSerializer } from './row-serializer';
import { compileValidator, type MessageValidator } from './validate/message-validator';

/** A row as JSON text, ending in a newline, and the table that it belongs to. */
export interface RowText {
  readonly table: string;
  readonly text: string;
}

/** What became of one message. */
export type MessageOutcome = readonly RowText[] | 'duplicate' | Rejection;

/** One message from the stream. */
export interface IncomingMessage extends Arrival {
  readonly data: Uint8Array;
}

/**
 * Turns a message into rows: decode, validate, drop duplicates, process, serialize. Pure but for the device table that it is given.
 * Compiled once per domain and shared by all shards.
 *
 * A duplicate is judged after validation: a message that was rejected is not remembered, so a repaired one with the same sequence
 * is accepted. A message that the domain fails on is remembered, and its copies are dropped.
 */
export class MessageProcessor {
  private readonly validate: MessageValidator;
  private readonly serialize: RowSerializer;

  /** @throws RangeError when the domain contradicts itself */
  constructor(private readonly domain: Domain) {
    this.validate = compileValidator(domain);
    this.serialize = compileRowSerializer(domain);
  }

  /** Never throws: a fault of this code is the message's rejection as well, for a shard must not stand still because of one message. */
  handle(incoming: IncomingMessage, devices: DeviceTable): MessageOutcome {
    try {
      return this.outcome(incoming, devices);
    } catch (error: unknown) {
      return new Rejection('processing_failed', clip(`the pipeline failed: ${textOf(error)}`));
    }
  }

  private outcome(incoming: IncomingMessage, devices: DeviceTable): MessageOutcome {
    const document = decode(incoming.data, this.domain.maxMessageBytes);
    if (document instanceof Rejection) {
      return document;
    }
    const message = this.validate(document, incoming.arrivalTimeMs);
    if (message instanceof Rejection) {
      return message;
    }
    const device = devices.get(message.deviceId);
    if (!device.seen.add(message.sequence)) {
      return 'duplicate';
    }
    try {
      const { rows, state } = this.domain.process(message, device.state);
      device.state = state;
      return this.rowTexts(rows, device.text, messageText(message, incoming));
    } catch (error: unknown) {
      // The state may have been changed halfway, so the device starts over with its next message.
      device.state = undefined;
      return new Rejection('processing_failed', clip(`the domain failed: ${textOf(error)}`));
    }
  }

  /** All rows of a message or none of them. */
  private rowTexts(rows: ReturnType<Domain['process']>['rows'], device: string, message: string): readonly RowText[] | Rejection {
    const texts: RowText[] = [];
    for (const row of rows) {
      const text = this.serialize(row, device, message);
      if (text instanceof Rejection) {
        return text;
      }
      // A UTF-16 code unit takes at most three bytes, so the bytes are counted only when it may matter.
      if (text.length * 3 > maxFirehoseRecordBytes && Buffer.byteLength(text) > maxFirehoseRecordBytes) {
        const size = Buffer.byteLength(text);
        const message = `a row for table ${row.table} has ${size} bytes; a Firehose record holds ${maxFirehoseRecordBytes}`;
        return new Rejection('processing_failed', message);
      }
      texts.push({ table: row.table, text });
    }
    return texts;
  }
}

/** What was thrown, as a text; it may be anything. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'with an error that has no text';
  }
}
