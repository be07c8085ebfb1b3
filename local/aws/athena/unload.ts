import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName, quoteText } from './views';

/** A file that an unload has written. */
export interface UnloadedFile {
  readonly path: string;
  readonly rows: number;
  /** The folder that it belongs to, `split=train/`; empty when the files lie in one place. */
  readonly folder: string;
}

/** How an unload is asked for. */
export interface UnloadProps {
  readonly sql: string;
  /** @default - all rows go to one file */
  readonly partitionedBy: string | undefined;
  /** Gives a path for each new file. */
  readonly newFile: () => string;
}

/** Rows per row group of an unloaded file. */
const rowGroupRows = 50_000;

/** Most folders that one UNLOAD makes. https://docs.aws.amazon.com/athena/latest/ug/unload.html#unload-considerations-and-limitations */
const maxPartitions = 100;

/** What Hive calls the folder of rows without a value. */
const nullPartition = '__HIVE_DEFAULT_PARTITION__';

const result = 'temp._local_athena_unload';

/**
 * Runs a SELECT once and writes its rows as Parquet, a file per partition, each in the order of the SELECT. The rows pass through a
 * temporary table, which DuckDB keeps on disk as far as they do not fit into its memory: writing by partitions as they come would
 * leave the order to the threads. With the same rows, the files are the same to the byte.
 *
 * @throws Error as Athena does: when the partition column is not the last one, is the only one, or has too many values
 */
export async function unloadRows(connection: DuckDBConnection, props: UnloadProps): Promise<readonly UnloadedFile[]> {
  const { sql, partitionedBy, newFile } = props;
  if (partitionedBy === undefined) {
    const path = newFile();
    return [{ path, rows: await copy(connection, sql, path), folder: '' }].filter(({ rows }) => rows > 0);
  }
  await connection.run(`CREATE TEMPORARY TABLE _local_athena_unload AS ${sql}`);
  const columns = (await connection.runAndReadAll(`SELECT * FROM ${result} LIMIT 0`)).columnNames();
  const column = columns.at(-1) ?? '';
  if (column.toLowerCase() !== partitionedBy.toLowerCase()) {
    throw new Error(`HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table: [${partitionedBy}]`);
  }
  if (columns.length === 1) {
    throw new Error('GENERIC_USER_ERROR: Table contains only partition columns');
  }
  const values = await partitionValues(connection, column);
  const files: UnloadedFile[] = [];
  for (const value of values) {
    const path = newFile();
    const rows = `SELECT * EXCLUDE (${quoteName(column)}) FROM ${result} WHERE CAST(${quoteName(column)} AS varchar) IS NOT DISTINCT FROM ${value === null ? 'NULL' : quoteText(value)}`;
    const folder = `${partitionedBy}=${value === null ? nullPartition : encodeURIComponent(value)}/`;
    files.push({ path, rows: await copy(connection, rows, path), folder });
  }
  return files;
}

async function partitionValues(connection: DuckDBConnection, column: string): Promise<readonly (string | null)[]> {
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT CAST(${quoteName(column)} AS varchar) FROM ${result} ORDER BY 1 LIMIT ${maxPartitions + 1}`,
  );
  const values = reader.getRows().map(([value]) => (value === null || value === undefined ? null : String(value)));
  if (values.length > maxPartitions) {
    throw new Error(`HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of ${maxPartitions} open writers for partitions`);
  }
  return values;
}

/** @returns the number of rows */
async function copy(connection: DuckDBConnection, sql: string, file: string): Promise<number> {
  const reader = await connection.runAndReadAll(
    `COPY (${sql}) TO ${quoteText(file)} (FORMAT parquet, CODEC 'snappy', ROW_GROUP_SIZE ${rowGroupRows})`,
  );
  return Number(reader.getRows()[0]?.[0] ?? 0);
}
