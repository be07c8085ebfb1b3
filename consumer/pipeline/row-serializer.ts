import type { CellValue, ColumnType, Row } from '../../core/column';
import { commonColumns, deviceBucket } from '../../core/common-columns';
import type { Domain, TableRow } from '../../core/domain';
import { jsonKey, jsonKeys } from '../../core/json-key';
import type { Message } from '../../core/message';
import { isoTime } from './iso-time';
import { numberText } from './number-text';
import { clip, Rejection, show } from './rejection';

/**
 * Rows as JSON text. Text is put together by hand, column by column: that checks every value against its column on the way, which
 * matters because Firehose coerces or drops what does not fit without a word.
 *
 * Columns go by their short keys (`jsonKey`); null and absent cells are left out. Numbers are written as they are, with all digits that tell a double from its neighbours.
 */
export type RowSerializer = (row: TableRow, device: string, message: string) => string | Rejection;

type CellWriter = (value: CellValue) => string | undefined;

const isoUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** The text of a cell, or undefined when the value is not one of the column's type. */
const cellWriters: Readonly<Record<ColumnType, CellWriter>> = {
  string: (value) => (typeof value === 'string' ? JSON.stringify(value) : undefined),
  boolean: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  int: (value) => (typeof value === 'number' && (value | 0) === value ? String(value) : undefined),
  bigint: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined),
  // A domain that computes NaN or infinity has a fault to find, so it is not written as null: a missing feature is null explicitly.
  double: (value) => (typeof value === 'number' && Number.isFinite(value) ? numberText(value) : undefined),
  timestamp: (value) => (typeof value === 'string' && isoUtc.test(value) ? `"${value}"` : undefined),
};

interface ColumnWriter {
  readonly name: string;
  readonly prefix: string;
  readonly type: ColumnType;
  readonly write: CellWriter;
}

interface TableWriter {
  readonly columns: readonly ColumnWriter[];
  readonly names: ReadonlySet<string>;
}

/** Writes rows of the domain's tables. What does not fit its table is `processing_failed`: a fault of the domain, not of the device. */
export function compileRowSerializer(domain: Domain): RowSerializer {
  const common = new Set<string>(commonColumns.map(({ name }) => name));
  const tables = new Map<string, TableWriter>();
  for (const [table, { columns }] of Object.entries(domain.tables)) {
    const writers: ColumnWriter[] = [];
    for (const { name, type } of columns) {
      if (common.has(name)) {
        throw new RangeError(`table ${table}: column ${name} is one of the common columns, which every table has already`);
      }
      writers.push({ name, prefix: `,"${jsonKey(name)}":`, type, write: cellWriters[type] });
    }
    jsonKeys(domain, table); // Refuses columns that cannot be told apart.
    tables.set(table, { columns: writers, names: new Set(writers.map(({ name }) => name)) });
  }
  const names = [...tables.keys()].join(', ');
  return ({ table, row }, device, message) => {
    const writers = tables.get(table);
    return writers === undefined
      ? failed(`the domain made a row for table ${show(table)}; it has ${names}`)
      : serialize(table, row, writers, device + message);
  };
}

function serialize(table: string, row: Row, { columns, names }: TableWriter, start: string): string | Rejection {
  let text = start;
  let known = 0;
  for (const column of columns) {
    const value = row[column.name];
    if (value === undefined) {
      continue;
    }
    known += 1;
    if (value === null) {
      continue;
    }
    const cell = column.write(value);
    if (cell === undefined) {
      const { name, type } = column;
      return failed(`the domain made a row for table ${table} whose ${name} is ${show(value)}; ${type} is expected`, name);
    }
    text += column.prefix + cell;
  }
  const given = Object.keys(row);
  const unknown = given.length === known ? undefined : given.find((name) => !names.has(name));
  if (unknown !== undefined) {
    return failed(`the domain made a row for table ${table} with ${show(unknown)}, which is no column of its own`, unknown);
  }
  return `${text}}\n`;
}

function failed(message: string, field?: string): Rejection {
  return new Rejection('processing_failed', clip(message), field);
}

type CommonColumn = (typeof commonColumns)[number]['name'];

/** The keys of the common columns. */
const commonKeys = Object.fromEntries(commonColumns.map(({ name }) => [name, jsonKey(name)])) as Record<CommonColumn, string>;

/** The start of every row of a device: its common columns. */
export function deviceText(deviceId: string): string {
  return `{"${commonKeys.device_id}":${JSON.stringify(deviceId)},"${commonKeys.device_bucket}":${deviceBucket(deviceId)}`;
}

/** Where and when the stream received a message. */
export interface Arrival {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly arrivalTimeMs: number;
}

/** The other common columns, which all rows of a message share. */
export function messageText({ sequence, eventTime }: Message, { shardId, sequenceNumber, arrivalTimeMs }: Arrival): string {
  const measured = `,"${commonKeys.sequence}":${sequence},"${commonKeys.event_time}":"${isoTime(eventTime)}"`;
  const received = `,"${commonKeys.arrival_time}":"${isoTime(arrivalTimeMs)}"`;
  const place = `,"${commonKeys.shard_id}":${JSON.stringify(shardId)},"${commonKeys.sequence_number}":"${sequenceNumber}"`;
  return measured + received + place;
}
