import type { CellValue, Column } from '../../core/column';
import { tableColumns } from '../../core/common-columns';
import { deviceBucket } from '../../core/device-bucket';
import type { Domain } from '../../core/domain';
import { jsonKeys } from '../../core/json-key';
import { maxDeviceIdLength } from '../../core/message';
import { clip, Rejection, show } from '../../core/rejection';
import { readCell } from './cell';
import type { CsvField } from './csv';

/** Without these a row cannot be told from its copies, nor put in order. */
const requiredColumns = ['device_id', 'sequence', 'event_time'] as const;

/** The columns of a text's lines, in their order; or why its header cannot be used. */
export type LineColumns = readonly Column[] | Rejection;

/** Turns lines into rows of one table, as JSON with the keys that Firehose expects. */
export class RowMaker {
  /** The columns of lines without a header above them: all, in the table's order. */
  readonly columns: readonly Column[];
  private readonly byName: ReadonlyMap<string, Column>;
  private readonly keys: Readonly<Record<string, string>>;

  /** @throws RangeError when the domain has no such table */
  constructor(
    private readonly domain: Domain,
    table: string,
  ) {
    this.columns = tableColumns(domain, table);
    this.byName = new Map(this.columns.map((column) => [column.name, column]));
    this.keys = jsonKeys(domain, table);
  }

  /**
   * What a header says of the lines below it: their columns, in any order and not necessarily all. Undefined when the line is no
   * header. A header names device_id, sequence and event_time, and no number; a row that holds these words as texts has a number
   * for its sequence.
   */
  header(fields: readonly CsvField[]): LineColumns | undefined {
    const names = fields.map(({ text }) => text);
    if (!requiredColumns.every((name) => names.includes(name)) || names.some((name) => /^\d+$/.test(name))) {
      return undefined;
    }
    const unknown = names.find((name, index) => !this.byName.has(name) || names.indexOf(name) !== index);
    if (unknown !== undefined) {
      const why = this.byName.has(unknown) ? 'twice' : 'which is no column of the table';
      return new Rejection('unknown_field', clip(`the header names ${show(unknown)}, ${why}`), unknown.slice(0, 256));
    }
    return names.map((name) => this.byName.get(name) as Column);
  }

  /**
   * A row as a JSON document that ends in a newline. What the producer leaves empty and the pipeline knows is filled in: the
   * device's bucket, and when Firehose received the line. Of several faults that of the first column counts.
   */
  row(fields: readonly CsvField[], columns: readonly Column[], arrivalMs: number): string | Rejection {
    if (fields.length !== columns.length) {
      const reason = fields.length < columns.length ? 'missing_field' : 'unknown_field';
      return new Rejection(reason, `the line has ${fields.length} fields; ${columns.length} are expected`);
    }
    const row: Record<string, CellValue> = {};
    for (const [index, { name, type }] of columns.entries()) {
      const value = readCell(name, type, fields[index] as CsvField);
      if (value instanceof Rejection) {
        return value;
      }
      row[name] = value;
    }
    const rejection = this.completed(row, arrivalMs);
    return rejection ?? this.document(row);
  }

  private completed(row: Record<string, CellValue>, arrivalMs: number): Rejection | undefined {
    const missing = requiredColumns.find((name) => row[name] === null || row[name] === undefined);
    if (missing !== undefined) {
      return new Rejection('missing_field', `${missing} is empty`, missing);
    }
    const [deviceId, sequence, eventTime] = [String(row['device_id']), Number(row['sequence']), String(row['event_time'])];
    if (deviceId === '' || deviceId.length > maxDeviceIdLength) {
      return outOfRange('device_id', deviceId, `1 to ${maxDeviceIdLength} characters are allowed`);
    }
    if (sequence < 0) {
      return outOfRange('sequence', sequence, `0 to ${Number.MAX_SAFE_INTEGER} is allowed`);
    }
    const bucket = deviceBucket(deviceId);
    if ((row['device_bucket'] ?? bucket) !== bucket) {
      return outOfRange('device_bucket', row['device_bucket'], `that of the device is ${bucket}`);
    }
    row['device_bucket'] = bucket;
    row['arrival_time'] ??= new Date(arrivalMs).toISOString();
    return this.clockSkew(Date.parse(eventTime), arrivalMs);
  }

  /** As the consumer judges it, against when Firehose received the line. */
  private clockSkew(eventTime: number, arrivalMs: number): Rejection | undefined {
    const { aheadMs, behindMs = Infinity } = this.domain.clock;
    const difference = eventTime - arrivalMs;
    if (difference <= aheadMs && -difference <= behindMs) {
      return undefined;
    }
    const [direction, allowed] = difference > 0 ? ['after', aheadMs] : ['before', behindMs];
    const message = `event_time is ${Math.abs(difference)} ms ${direction} the arrival; ${allowed} ms is allowed`;
    return new Rejection('clock_skew', message, 'event_time');
  }

  private document(row: Readonly<Record<string, CellValue>>): string {
    const cells = this.columns.flatMap(({ name }) => {
      const value = row[name];
      return value === null || value === undefined ? [] : [`"${this.keys[name] ?? name}":${JSON.stringify(value)}`];
    });
    return `{${cells.join(',')}}\n`;
  }
}

function outOfRange(name: string, value: unknown, why: string): Rejection {
  return new Rejection('out_of_range', `${name} is ${show(value)}; ${why}`, name);
}
