import type { ColumnType } from '../../../core/column';
import type { ObjectStore, StoredObject } from '../s3/object-store';
import { parseS3Uri, type AthenaTable } from './catalog';

/** The types of Glue columns and partition keys, as DuckDB names them. */
const duckTypes: Readonly<Record<ColumnType | 'date', string>> = {
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
};

/** A file of a table, with the value of each partition key. */
export interface TableFile {
  readonly object: StoredObject;
  readonly partition: readonly string[];
}

/**
 * The files of a table: what lies below its location, in folders named after its partition keys. As in Hive, empty objects and
 * names that start with a dot or an underscore do not count.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html
 */
export async function tableFiles(store: ObjectStore, table: AthenaTable): Promise<readonly TableFile[]> {
  const { bucket, prefix } = parseS3Uri(table.location);
  const objects = await store.listAll(bucket, prefix);
  return objects.flatMap((object) => {
    const segments = object.key.slice(prefix.length).split('/');
    const hidden = /^[._]/.test(segments.at(-1) ?? '') || object.size === 0;
    const partition = table.partitionKeys.map(({ name }, index) => {
      const segment = segments.length > index + 1 ? (segments[index] ?? '') : '';
      return segment.startsWith(`${name}=`) ? decodeURIComponent(segment.slice(name.length + 1)) : undefined;
    });
    return hidden || partition.includes(undefined) ? [] : [{ object, partition: partition as string[] }];
  });
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Lists the columns of Parquet files, which may differ from the table's; names in lower case. */
export type ColumnLister = (files: readonly string[]) => Promise<ReadonlySet<string>>;

/**
 * The statement that makes a table visible to DuckDB: a view of its files with the columns and types that the catalog declares.
 * Columns are found by name; one that no file has is null. Without files it is an empty relation.
 *
 * @param withPath whether rows tell, as Athena's `"$path"` does, which object they are from: https://docs.aws.amazon.com/athena/latest/ug/select.html
 * @throws RangeError for a partition key of a type that is not supported
 */
export async function viewStatement(
  table: AthenaTable,
  files: readonly TableFile[],
  columnsOf: ColumnLister,
  withPath = false,
): Promise<string> {
  const partitionColumns = table.partitionKeys.map(({ name, type }) => {
    const duckType = Object.hasOwn(duckTypes, type) ? duckTypes[type as ColumnType] : undefined;
    if (duckType === undefined) {
      throw new RangeError(`the type ${type} of the partition key ${name} is not supported`);
    }
    return { name, duckType };
  });
  const create = `CREATE VIEW ${quoteName(table.name)} AS`;
  if (files.length === 0) {
    const path = withPath ? [{ name: '$path', duckType: duckTypes.string }] : [];
    const columns = [
      ...table.columns.map(({ name, type }) => ({ name, duckType: duckTypes[type] })),
      ...partitionColumns,
      ...path,
    ];
    return `${create} SELECT ${columns.map(({ name, duckType }) => `CAST(NULL AS ${duckType}) AS ${quoteName(name)}`).join(', ')} WHERE false`;
  }
  const present =
    table.format === 'json'
      ? new Set(table.columns.map(({ name }) => name.toLowerCase()))
      : await columnsOf(files.map(({ object }) => object.path));
  const columns = table.columns.map(({ name, type }) => {
    const source = present.has(name.toLowerCase()) ? `source.${quoteName(name)}` : 'NULL';
    return `CAST(${source} AS ${duckTypes[type]}) AS ${quoteName(name)}`;
  });
  const paths = `[${files.map(({ object }) => quoteText(object.path)).join(', ')}]`;
  const named = namesPartitions(table, files);
  const source = `${reader(table, paths, named)} AS source`;
  const mark = `WHERE source.${fileColumn} <> ${quoteText(tableMark(table))}`;
  const keysOf = (from: string): string[] =>
    partitionColumns.map(({ name, duckType }) => `CAST(${from}.${quoteName(name)} AS ${duckType}) AS ${quoteName(name)}`);
  if (named && !withPath) {
    return `${create} SELECT ${[...columns, ...keysOf('source')].join(', ')} FROM ${source} ${mark}`;
  }
  const { bucket } = parseS3Uri(table.location);
  const values = files.map(
    ({ object, partition }) => `(${[object.path, `s3://${bucket}/${object.key}`, ...partition].map(quoteText).join(', ')})`,
  );
  const names = [fileColumn, '"$path"', ...partitionColumns.map(({ name }) => quoteName(name))].join(', ');
  const path = withPath ? ['files."$path"'] : [];
  return (
    `${create} SELECT ${[...columns, ...keysOf(named ? 'source' : 'files'), ...path].join(', ')} FROM ${source} ` +
    `JOIN (VALUES ${values.join(', ')}) AS files(${names}) ON files.${fileColumn} = source.${fileColumn} ${mark}`
  );
}

/**
 * Whether DuckDB reads the partition keys from the paths as Athena does, and then skips files by conditions on them. It does not where
 * a value has signs that a path or a key encodes, nor where a folder above the table is named like a partition.
 */
function namesPartitions({ partitionKeys }: AthenaTable, files: readonly TableFile[]): boolean {
  return files.every(({ object, partition }) =>
    partitionKeys.every(({ name }, index) => {
      const [first, ...others] = object.path.split('/').filter((segment) => segment.startsWith(`${name}=`));
      return first === `${name}=${partition[index] ?? ''}` && !first.includes('%') && others.length === 0;
    }),
  );
}

/** What the files of a table are compared with, to no effect, so that a plan of DuckDB's says which table a scan is of. */
export const tableMark = ({ location }: AthenaTable): string => location;

/** The column in which DuckDB says which file a row is from. */
const fileColumn = '_local_athena_file';

/** The table function that reads the files, with the name of the file beside each row, and the partition keys if `named`. */
function reader({ columns, format, partitionKeys }: AthenaTable, paths: string, named: boolean): string {
  const structOf = (types: readonly (readonly [string, string])[]): string =>
    `{${types.map(([name, type]) => `${quoteName(name)}: ${quoteText(type)}`).join(', ')}}`;
  const hive =
    named && partitionKeys.length > 0
      ? `hive_partitioning = true, hive_types = ${structOf(partitionKeys.map(({ name, type }) => [name, duckTypes[type as ColumnType]]))}`
      : 'hive_partitioning = false';
  const options = `filename = '${fileColumn}', ${hive}`;
  return format === 'json'
    ? `read_json(${paths}, format = 'newline_delimited', columns = ${structOf(columns.map(({ name, type }) => [name, duckTypes[type]]))}, ${options})`
    : `read_parquet(${paths}, union_by_name = true, ${options})`;
}
