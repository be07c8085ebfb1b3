import type { Column, ColumnType } from '../../core/column';
import type { LakeDatabase, LakeTable, PipelineWorkGroup } from './pipeline';
import type { TemplateResource, TemplateValue } from './resource';

/** The Hive types that the local run converts to and queries, `integer` being Glue's other word for int. */
const columnTypes: Readonly<Record<string, ColumnType>> = {
  string: 'string',
  boolean: 'boolean',
  int: 'int',
  integer: 'int',
  bigint: 'bigint',
  double: 'double',
  timestamp: 'timestamp',
};

/** The columns at `StorageDescriptor.Columns` or `PartitionKeys`, their comments as `doc`. */
export function readColumns(columns: TemplateValue): readonly Column[] {
  return columns.list().map((column) => {
    const written = column.get('Type').text();
    const type = columnTypes[written.toLowerCase()] ?? column.get('Type').notSupported(`column type ${written}`);
    return { name: column.get('Name').text(), type, doc: column.get('Comment').text('') };
  });
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-glue-table.html */
export function readDatabases(
  databases: readonly TemplateResource[],
  tables: readonly TemplateResource[],
): readonly LakeDatabase[] {
  const names = databases.map(({ name }) => name);
  for (const table of tables) {
    const database = table.get('DatabaseName').text();
    if (!names.includes(database)) {
      table.get('DatabaseName').invalid(`no template has the database ${database}`);
    }
  }
  return names.map((name) => ({
    name,
    tables: tables.filter((table) => table.get('DatabaseName').text() === name).map(readLakeTable),
  }));
}

function readLakeTable(table: TemplateResource): LakeTable {
  const input = table.get('TableInput');
  return {
    name: table.name,
    location: input.get('StorageDescriptor', 'Location').text(),
    ...(isJson(input.get('StorageDescriptor', 'SerdeInfo', 'SerializationLibrary')) && { format: 'json' as const }),
    columns: readColumns(input.get('StorageDescriptor', 'Columns')),
    partitionKeys: readColumns(input.get('PartitionKeys')),
    parameters: Object.fromEntries(
      input
        .get('Parameters')
        .entries()
        .map(([name, value]) => [name, value.text()]),
    ),
  };
}

/** Whether the files are JSON lines; what is neither they nor Parquet stops the run. https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html */
function isJson(library: TemplateValue): boolean {
  const name = library.text('org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe');
  return (
    name === 'org.openx.data.jsonserde.JsonSerDe' ||
    (name.includes('.parquet.') ? false : library.notSupported(`the table's SerDe ${name}`))
  );
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-athena-workgroup.html */
export function readWorkGroup(workGroup: TemplateResource): PipelineWorkGroup {
  const configuration = workGroup.get('WorkGroupConfiguration');
  const cutoff = configuration.get('BytesScannedCutoffPerQuery');
  return {
    name: workGroup.name,
    outputLocation: configuration.get('ResultConfiguration', 'OutputLocation').text(),
    ...(cutoff.present ? { bytesScannedCutoff: cutoff.number() } : {}),
  };
}
