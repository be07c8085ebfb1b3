import { DuckDBInstance, DuckDBTimestampValue, type DuckDBConnection } from '@duckdb/node-api';
import { tableColumns } from '../../core/common-columns';
import { deviceBucket } from '../../core/device-bucket';
import type { CellValue, Column } from '../../core/column';
import type { Domain, OutgoingRecord } from '../../core/domain';
import { envelopeFields, type Field, type Message } from '../../core/message';
import { canonicalUnit, isUnit, toCanonical } from '../../core/units';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON document in a record. @throws when it is not UTF-8 JSON */
export const parse = (record: OutgoingRecord): Record<string, unknown> =>
  JSON.parse(utf8.decode(record.data)) as Record<string, unknown>;

/** What is wrong with the value of a field; undefined when nothing is. Written apart from the pipeline's validator, to check both. */
function faultOf(field: Field, value: unknown, unit: string | undefined): string | undefined {
  if (value === undefined || value === null) {
    return field.optional === true ? undefined : 'missing';
  }
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'type';
    case 'string':
      return typeof value !== 'string' ? 'type' : field.allowed?.includes(value) === false ? 'not allowed' : undefined;
    case 'number':
    case 'integer': {
      if (typeof value !== 'number' || (field.type === 'integer' && !Number.isInteger(value))) {
        return 'type';
      }
      if (unit !== undefined && (!isUnit(unit) || canonicalUnit(unit) !== field.unit)) {
        return 'unit';
      }
      const canonical = unit !== undefined && isUnit(unit) ? toCanonical(value, unit) : value;
      return canonical < field.minimum || canonical > field.maximum ? `range: ${canonical}` : undefined;
    }
  }
}

/** The valid message in a record. @throws Error that names what is wrong */
export function messageIn(domain: Domain, record: OutgoingRecord): Message {
  const body = parse(record);
  const sourceType = body['source_type'] as string;
  const schema = domain.messages[sourceType];
  if (schema === undefined) {
    throw new Error(`source_type ${sourceType}`);
  }
  const unknown = Object.keys(body).filter((name) => !(name in schema.fields) && !envelopeFields.some((field) => field === name));
  if (unknown.length > 0) {
    throw new Error(`unknown ${unknown.join()}`);
  }
  const units = (body['units'] ?? {}) as Record<string, string>;
  const values: Record<string, CellValue> = {};
  for (const [name, field] of Object.entries(schema.fields)) {
    const fault = faultOf(field, body[name], units[name]);
    if (fault !== undefined) {
      throw new Error(`${name}: ${fault}`);
    }
    const value = (body[name] ?? null) as CellValue;
    const unit = units[name];
    values[name] = typeof value === 'number' && unit !== undefined && isUnit(unit) ? toCanonical(value, unit) : value;
  }
  const eventTime = Date.parse(body['event_time'] as string);
  const { device_id: deviceId, sequence } = body;
  if (typeof deviceId !== 'string' || !Number.isSafeInteger(sequence) || Number.isNaN(eventTime)) {
    throw new Error('envelope');
  }
  return { sourceType, deviceId, sequence: sequence as number, eventTime, values };
}

/** All rows that messages become, by table, with the common columns, as the consumer would write them. */
export function rowsOf(domain: Domain, messages: Iterable<Message>): Map<string, Record<string, CellValue>[]> {
  const states = new Map<string, unknown>();
  const tables = new Map<string, Record<string, CellValue>[]>(Object.keys(domain.tables).map((name) => [name, []]));
  let arrived = 0;
  for (const message of messages) {
    const { rows, state } = domain.process(message, states.get(message.deviceId));
    states.set(message.deviceId, state);
    arrived += 1;
    for (const { table, row } of rows) {
      tables.get(table)?.push({
        device_id: message.deviceId,
        sequence: message.sequence,
        event_time: new Date(message.eventTime).toISOString(),
        device_bucket: deviceBucket(message.deviceId),
        arrival_time: new Date(Date.UTC(2026, 10, 20) + arrived).toISOString(),
        shard_id: 'shardId-000000000000',
        sequence_number: String(arrived).padStart(20, '0'),
        ...row,
      });
    }
  }
  return tables;
}

/** Columns of `table` that a row names and the table does not have. */
export function unknownColumns(domain: Domain, table: string, row: Readonly<Record<string, CellValue>>): string[] {
  const known = new Set(tableColumns(domain, table).map(({ name }) => name));
  return Object.keys(row).filter((name) => !known.has(name));
}

const duckType = ({ type }: Column): string =>
  ({ string: 'VARCHAR', boolean: 'BOOLEAN', int: 'INTEGER', bigint: 'BIGINT', double: 'DOUBLE', timestamp: 'TIMESTAMP' })[type];

/** The partition that Firehose would file a row under: the day on which it arrived, unless the row says otherwise. */
const date: Column = { name: 'date', type: 'string', doc: '' };
const dateOf = (row: Readonly<Record<string, CellValue>>): CellValue => row['date'] ?? String(row['arrival_time']).slice(0, 10);

/** A DuckDB that holds the rows in tables of the domain's columns and the partition key, as the lake would. */
export async function lakeOf(
  domain: Domain,
  tables: ReadonlyMap<string, readonly Record<string, CellValue>[]>,
): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const [name, rows] of tables) {
    const columns = tableColumns(domain, name);
    await connection.run(
      `CREATE TABLE ${name} (${[...columns, date].map((each) => `"${each.name}" ${duckType(each)}`).join(', ')})`,
    );
    const appender = await connection.createAppender(name);
    for (const row of rows) {
      for (const column of columns) {
        append(appender, column, row[column.name] ?? null);
      }
      append(appender, date, dateOf(row));
      appender.endRow();
    }
    appender.closeSync();
  }
  return connection;
}

type Appender = Awaited<ReturnType<DuckDBConnection['createAppender']>>;

function append(appender: Appender, column: Column, value: CellValue): void {
  if (value === null) {
    appender.appendNull();
  } else if (column.type === 'string') {
    appender.appendVarchar(String(value));
  } else if (column.type === 'boolean') {
    appender.appendBoolean(value === true);
  } else if (column.type === 'int') {
    appender.appendInteger(Number(value));
  } else if (column.type === 'bigint') {
    appender.appendBigInt(BigInt(Number(value)));
  } else if (column.type === 'double') {
    appender.appendDouble(Number(value));
  } else {
    appender.appendTimestamp(new DuckDBTimestampValue(BigInt(Date.parse(String(value))) * 1000n));
  }
}

/** The rows of a SELECT, by column. */
export async function select(lake: DuckDBConnection, sql: string): Promise<readonly Record<string, unknown>[]> {
  return (await lake.runAndReadAll(sql)).getRowObjectsJS();
}

/** Constructs that DuckDB takes and Trino does not. */
export const notInTrino =
  /\bQUALIFY\b|\bEXCLUDE\b|\bASOF\b|::|\bILIKE\b|\bLIST\(|\bSTRUCT_PACK\b|\bSELECT\s+DISTINCT\s+ON\b|\bGROUP BY ALL\b|\bPIVOT\b|`|\bepoch_ms\b|\bstrftime\b/i;

/**
 * Words that Athena reserves in SELECT: as the name of a column they would need quotes.
 * @see https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html
 */
export const reservedInAthena: ReadonlySet<string> = new Set(
  (
    'alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_schema ' +
    'current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except execute exists ' +
    'extract false first for from full group grouping having in inner insert intersect into is join json_array json_exists ' +
    'json_object json_query json_table json_value last left like listagg localtime localtimestamp natural normalize not null on ' +
    'or order outer prepare recursive right rollup select skip table then trim true uescape union unnest using values when where with'
  ).split(' '),
);
