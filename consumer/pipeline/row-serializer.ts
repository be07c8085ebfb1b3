import type { CellValue, ColumnType, Row } from '../../core/column';
import { commonColumns } from '../../core/common-columns';
import type { Domain, TableRow } from '../../core/domain';
import { jsonKey, jsonKeys } from '../../core/json-key';
import type { JsonWriter } from './json-writer';
import { clip, Rejection, show } from './rejection';

/**
 * Writes a row of which the common columns are written already, to its end: a brace and a newline. Text is put together by hand,
 * column by column: that checks every value against its column on the way, which matters because Firehose coerces or drops what
 * does not fit without a word.
 *
 * Columns go by their short keys (`jsonKey`); null and absent cells are left out. Numbers are written as they are, with all digits that tell a double from its neighbours.
 *
 * @returns what is wrong with the row, which then stands there half written; undefined when nothing is
 */
export type RowSerializer = (row: TableRow, out: JsonWriter) => Rejection | undefined;

const isoUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

interface ColumnWriter {
  readonly name: string;
  /** What comes before the value: a comma and the key. */
  readonly prefix: Uint8Array;
  readonly type: ColumnType;
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
      writers.push({ name, prefix: new TextEncoder().encode(`,"${jsonKey(name)}":`), type });
    }
    jsonKeys(domain, table); // Refuses columns that cannot be told apart.
    tables.set(table, { columns: writers, names: new Set(writers.map(({ name }) => name)) });
  }
  const names = [...tables.keys()].join(', ');
  return ({ table, row }, out) => {
    const writers = tables.get(table);
    return writers === undefined
      ? failed(`the domain made a row for table ${show(table)}; it has ${names}`)
      : serialize(table, row, writers, out);
  };
}

/** Goes by the row, whose cells are found at once in the order in which they lie; that is the order of the columns, as a rule. */
function serialize(table: string, row: Row, writers: TableWriter, out: JsonWriter): Rejection | undefined {
  const { columns } = writers;
  const start = out.length;
  let next = 0;
  for (const name in row) {
    while (next < columns.length && (columns[next] as ColumnWriter).name !== name) {
      next += 1;
    }
    const column = columns[next];
    if (column === undefined) {
      out.truncate(start);
      return serializeByColumn(table, row, writers, out);
    }
    next += 1;
    const rejection = writeColumn(table, column, row[name], out);
    if (rejection !== undefined) {
      return rejection;
    }
  }
  out.ascii('}\n');
  return undefined;
}

/** Looks for the cell of each column; for rows in another order, and for those that have what is no column. */
function serializeByColumn(table: string, row: Row, { columns, names }: TableWriter, out: JsonWriter): Rejection | undefined {
  for (const column of columns) {
    const rejection = writeColumn(table, column, row[column.name], out);
    if (rejection !== undefined) {
      return rejection;
    }
  }
  const unknown = Object.keys(row).find((name) => !names.has(name));
  if (unknown !== undefined) {
    return failed(`the domain made a row for table ${table} with ${show(unknown)}, which is no column of its own`, unknown);
  }
  out.ascii('}\n');
  return undefined;
}

function writeColumn(
  table: string,
  { name, prefix, type }: ColumnWriter,
  value: CellValue | undefined,
  out: JsonWriter,
): Rejection | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  out.raw(prefix);
  return writeCell(type, value, out)
    ? undefined
    : failed(`the domain made a row for table ${table} whose ${name} is ${show(value)}; ${type} is expected`, name);
}

/** @returns false when the value is not one of the column's type */
function writeCell(type: ColumnType, value: CellValue, out: JsonWriter): boolean {
  switch (type) {
    case 'double':
      // A domain that computes NaN or infinity has a fault to find, so it is not written as null: a missing feature is null explicitly.
      return typeof value === 'number' && Number.isFinite(value) && out.number(value);
    case 'int':
      return typeof value === 'number' && (value | 0) === value && out.number(value);
    case 'bigint':
      return typeof value === 'number' && Number.isSafeInteger(value) && out.number(value);
    case 'string':
      return typeof value === 'string' && out.text(value);
    case 'boolean':
      return typeof value === 'boolean' && out.ascii(value ? 'true' : 'false');
    case 'timestamp':
      return typeof value === 'string' && isoUtc.test(value) && out.text(value);
  }
}

function failed(message: string, field?: string): Rejection {
  return new Rejection('processing_failed', clip(message), field);
}
