import type { CellValue } from '../../core/column';
import type { Alert, Domain, TableRow } from '../../core/domain';
import type { Message } from '../../core/message';
import { decode } from './decode';
import type { RecordPosition } from '../kcl';
import type { Device, Devices } from './device-table';
import { writeMessageCells, type Arrival } from './common-cells';
import { JsonWriter } from './json-writer';
import { maxFirehoseRecordBytes } from './pack';
import { clip, Rejection, show } from './rejection';
import { compileRowSerializer, type RowSerializer } from './row-serializer';
import { compileValidator, type MessageValidator } from './validate/message-validator';

/** A row as JSON text, ending in a newline, and the table that it belongs to. */
export interface RowText {
  readonly table: string;
  /** A view: valid until the next message is handled. */
  readonly text: Uint8Array;
}

/** A message that became rows, if the domain keeps any of it. */
export interface Accepted {
  readonly rows: readonly RowText[];
  readonly deviceId: string;
  readonly sequence: number;
  readonly alerts: readonly Alert[];
}

/** What became of one message. */
export type MessageOutcome = Accepted | 'duplicate' | Rejection;

/** One message from the stream. */
export interface IncomingMessage extends Arrival, RecordPosition {
  readonly data: Uint8Array;
  /** Who sent it, as the way onto the stream vouches for: IoT Core's rule takes it from the topic, which a device cannot choose. */
  readonly partitionKey: string;
}

/**
 * Turns a message into rows: decode, validate, hold against its sender, drop duplicates, process, serialize. Pure but for the devices that it is given.
 * Compiled once per domain and shared by all shards.
 *
 * The sender is judged by the parsed device_id itself, the one that rows are written under: whatever parsed the bytes on the way may have
 * understood them otherwise.
 *
 * A duplicate is judged after validation: a message that was rejected is not remembered, so a repaired one with the same sequence
 * is accepted. A message that the domain fails on is remembered, and its copies are dropped.
 */
export class MessageProcessor {
  private readonly validate: MessageValidator;
  private readonly serialize: RowSerializer;
  /** Holds the rows of the message in hand. */
  private readonly out = new JsonWriter();

  /** @throws RangeError when the domain contradicts itself */
  constructor(private readonly domain: Domain) {
    this.validate = compileValidator(domain);
    this.serialize = compileRowSerializer(domain);
    checkLatest(domain);
  }

  /** Never throws: a fault of this code is the message's rejection as well, for a shard must not stand still because of one message. */
  handle(incoming: IncomingMessage, devices: Devices): MessageOutcome {
    try {
      return this.outcome(incoming, devices);
    } catch (error: unknown) {
      return new Rejection('processing_failed', clip(`the pipeline failed: ${textOf(error)}`));
    }
  }

  private outcome(incoming: IncomingMessage, devices: Devices): MessageOutcome {
    const document = decode(incoming.data, this.domain.maxMessageBytes);
    if (document instanceof Rejection) {
      return document;
    }
    const message = this.validate(document, incoming.arrivalTimeMs);
    if (message instanceof Rejection) {
      return message;
    }
    if (message.deviceId !== incoming.partitionKey) {
      const expected = `the record came under the partition key ${show(incoming.partitionKey)}`;
      return new Rejection('device_mismatch', `device_id is ${show(message.deviceId)}, but ${expected}`, 'device_id');
    }
    const device = devices.get(message.deviceId);
    if (!device.seen.add(message.sequence)) {
      return 'duplicate';
    }
    const { sequenceNumber, subSequenceNumber } = incoming;
    device.change = { sequenceNumber, subSequenceNumber, sequence: message.sequence, eventTimeMs: message.eventTime };
    try {
      const { alerts = [], rows, state } = this.domain.process(message, device.state);
      device.state = state;
      const texts = this.rowTexts(rows, device, message, incoming);
      if (texts instanceof Rejection) {
        return texts;
      }
      this.noteLatest(rows, device);
      const { deviceId, sequence } = message;
      return { rows: texts, deviceId, sequence, alerts };
    } catch (error: unknown) {
      // The state may have been changed halfway, so the device starts over with its next message.
      device.state = undefined;
      return new Rejection('processing_failed', clip(`the domain failed: ${textOf(error)}`));
    }
  }

  /** A few cells, not the row: of many devices that would be much. */
  private noteLatest(rows: readonly TableRow[], device: Device): void {
    const { latest } = this.domain;
    for (const { table, row } of rows) {
      if (table === latest?.table) {
        const cells: Record<string, CellValue> = {};
        for (const name of latest.columns) {
          cells[name] = row[name] ?? null;
        }
        device.latest = cells;
      }
    }
  }

  /** All rows of a message or none of them. */
  private rowTexts(
    rows: readonly TableRow[],
    device: Device,
    message: Message,
    arrival: Arrival,
  ): readonly RowText[] | Rejection {
    const { out } = this;
    const texts: RowText[] = [];
    out.clear();
    for (const row of rows) {
      const start = out.length;
      out.raw(device.cells);
      writeMessageCells(message, arrival, out);
      const rejection = this.serialize(row, out);
      if (rejection !== undefined) {
        return rejection;
      }
      const size = out.length - start;
      if (size > maxFirehoseRecordBytes) {
        const message = `a row for table ${row.table} has ${size} bytes; a Firehose record holds ${maxFirehoseRecordBytes}`;
        return new Rejection('processing_failed', message);
      }
      texts.push({ table: row.table, text: out.from(start) });
    }
    return texts;
  }
}

function checkLatest({ latest, tables }: Domain): void {
  const own = latest && tables[latest.table]?.columns.map(({ name }) => name);
  const unknown = latest?.columns.find((column) => own?.includes(column) !== true);
  if (latest !== undefined && (own === undefined || unknown !== undefined)) {
    throw new RangeError(
      `latest names ${unknown === undefined ? '' : `column ${unknown} of `}table ${latest.table}, which is not there`,
    );
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
