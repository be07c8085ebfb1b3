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
  const source = `${reader(table, paths)} AS source`;
  if (partitionColumns.length === 0 && !withPath) {
    return `${create} SELECT ${columns.join(', ')} FROM ${source}`;
  }
  const keys = partitionColumns.map(
    ({ name, duckType }) => `CAST(partition.${quoteName(name)} AS ${duckType}) AS ${quoteName(name)}`,
  );
  const { bucket } = parseS3Uri(table.location);
  const values = files.map(
    ({ object, partition }) => `(${[object.path, `s3://${bucket}/${object.key}`, ...partition].map(quoteText).join(', ')})`,
  );
  const names = [fileColumn, '"$path"', ...partitionColumns.map(({ name }) => quoteName(name))].join(', ');
  const path = withPath ? ['partition."$path"'] : [];
  return (
    `${create} SELECT ${[...columns, ...keys, ...path].join(', ')} FROM ${source} ` +
    `JOIN (VALUES ${values.join(', ')}) AS partition(${names}) ON partition.${fileColumn} = source.${fileColumn}`
  );
}

/** The column in which DuckDB says which file a row is from. */
const fileColumn = '_local_athena_file';

/** The table function that reads the files, with the name of the file beside each row. */
function reader({ format, columns }: AthenaTable, paths: string): string {
  if (format === 'json') {
    const types = columns.map(({ name, type }) => `${quoteName(name)}: ${quoteText(duckTypes[type])}`).join(', ');
    return `read_json(${paths}, format = 'newline_delimited', columns = {${types}}, filename = '${fileColumn}', hive_partitioning = false)`;
  }
  return `read_parquet(${paths}, union_by_name = true, hive_partitioning = false, filename = '${fileColumn}')`;
}
