import type { DuckDBConnection } from '@duckdb/node-api';
import type { AthenaTable } from './catalog';
import { quoteName, quoteText, tableMark, type TableFile } from './views';

/** A table that a query names, and all its files. */
export interface QueriedTable {
  readonly table: AthenaTable;
  readonly files: readonly TableFile[];
}

/**
 * The bytes that Athena would scan: of each file in the partitions that the query's conditions leave, the columns that the query needs,
 * as they are compressed. Both are read from DuckDB's plan. Not counted are footers; not deducted are row groups that statistics
 * let it skip, so it may bill less. A file that is not Parquet counts as a whole.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/performance-tuning-data-optimization-techniques.html
 */
export async function scannedBytes(connection: DuckDBConnection, sql: string, tables: readonly QueriedTable[]): Promise<number> {
  const plan = (await connection.runAndReadAll(`EXPLAIN (FORMAT json) ${sql}`)).getRows()[0]?.[1];
  let bytes = 0;
  for (const scan of scansIn(JSON.parse(String(plan)))) {
    const marked = tables.find(({ table }) => scan.filters.some((filter) => filter.includes(quoteText(tableMark(table)))));
    if (marked !== undefined) {
      const files = await scannedFiles(connection, marked, scan);
      bytes += marked.table.format === 'json' ? sizeOf(files) : await columnBytes(connection, marked.table, files, scan);
    }
  }
  return bytes;
}

/** What a plan tells of one scan of a table. */
interface Scan {
  /** Names of columns. */
  readonly projections: readonly string[];
  /** Conditions on the rows, as text. */
  readonly filters: readonly string[];
  /** Conditions on partition keys, which have been applied to the list of files. */
  readonly fileFilters: readonly string[];
}

interface PlanNode {
  readonly name?: string;
  readonly children?: readonly PlanNode[];
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>;
}

/** @param above - the conditions of the node that these are below: a scan of JSON files does not take them in */
function scansIn(plan: unknown, above: readonly string[] = []): readonly Scan[] {
  const nodes = (Array.isArray(plan) ? plan : [plan]) as readonly PlanNode[];
  return nodes.flatMap(({ name = '', children = [], extra_info: info = {} }) => {
    const texts = (key: string): readonly string[] => [info[key] ?? []].flat().filter((text) => text !== '');
    const filters = [...above, ...texts('Filters')];
    const scan = { projections: texts('Projections'), filters, fileFilters: texts('File Filters') };
    return [...(name.trim().startsWith('READ_') ? [scan] : []), ...scansIn(children, texts('Expression'))];
  });
}

/** The files that are left by the conditions on their partitions. */
async function scannedFiles(
  connection: DuckDBConnection,
  { files, table }: QueriedTable,
  { fileFilters }: Scan,
): Promise<readonly TableFile[]> {
  if (fileFilters.length === 0) {
    return files;
  }
  const values = files.map(({ partition }, index) => `(${[String(index), ...partition.map(quoteText)].join(', ')})`);
  const names = ['_file', ...table.partitionKeys.map(({ name }) => quoteName(name))];
  const reader = await connection.runAndReadAll(
    `SELECT _file FROM (VALUES ${values.join(', ')}) AS files(${names.join(', ')}) WHERE ${fileFilters.join(' AND ')}`,
  );
  const indices = new Set(reader.getRows().map(([index]) => Number(index)));
  return files.filter((_, index) => indices.has(index));
}

/** The size of the columns that a scan needs, those of its conditions among them. */
async function columnBytes(
  connection: DuckDBConnection,
  { columns }: AthenaTable,
  files: readonly TableFile[],
  { filters, projections }: Scan,
): Promise<number> {
  if (files.length === 0) {
    return 0;
  }
  const words = new Set(
    [...projections, ...filters.flatMap((filter) => filter.match(/\w+/g) ?? [])].map((word) => word.toLowerCase()),
  );
  const needed = columns
    .map(({ name }) => name.toLowerCase())
    .filter((name) => words.has(name))
    .map(quoteText);
  if (needed.length === 0) {
    return 0;
  }
  const paths = files.map(({ object }) => quoteText(object.path));
  const reader = await connection.runAndReadAll(
    `SELECT sum(total_compressed_size) FROM parquet_metadata([${paths.join(', ')}]) WHERE lower(path_in_schema) IN (${needed.join(', ')})`,
  );
  return Number(reader.getRows()[0]?.[0] ?? 0);
}

const sizeOf = (files: readonly TableFile[]): number => files.reduce((sum, { object }) => sum + object.size, 0);
