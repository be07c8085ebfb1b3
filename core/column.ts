import type { Unit } from './units';

/**
 * The column types that every stage agrees on: the consumer writes them as JSON, Firehose converts them to Parquet by the
 * Glue table's schema, Athena and DuckDB read them. A subset of the Hive types that AWS Glue accepts.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export type ColumnType = 'string' | 'boolean' | 'int' | 'bigint' | 'double' | 'timestamp';

/** What a cell may hold on its way to the lake. A `timestamp` travels as an ISO 8601 string in UTC. */
export type CellValue = string | number | boolean | null;

/** One row for one table, by column name. A column that is absent is null in the lake. */
export type Row = Readonly<Record<string, CellValue>>;

/** One column of a table in the lake. */
export interface Column {
  /** Lower case with underscores: Glue and Athena fold case. */
  readonly name: string;
  readonly type: ColumnType;
  /** The canonical unit of the values. @default - the value has no unit */
  readonly unit?: Unit;
  /** What the value means, for someone who has never seen the device. Becomes the column's comment in Glue. */
  readonly doc: string;
}
