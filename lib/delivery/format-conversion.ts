import { Aws } from 'aws-cdk-lib';
import type { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { LakeConfig } from '../config/pipeline-config';
import type { Lake } from '../lake/lake';

/** What the tables' files are. */
export type FileFormat = Pick<LakeConfig, 'format' | 'compression'>;

/**
 * Firehose's words for the compression inside the files, by format: what it takes and nothing else.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_ParquetSerDe.html
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_OrcSerDe.html
 */
const fileCompressions: Readonly<Record<LakeConfig['format'], Readonly<Partial<Record<LakeConfig['compression'], string>>>>> = {
  parquet: { snappy: 'SNAPPY', gzip: 'GZIP', none: 'UNCOMPRESSED' },
  orc: { snappy: 'SNAPPY', zlib: 'ZLIB', none: 'NONE' },
};

export interface FormatConversionProps {
  readonly lake: Lake;
  readonly files: FileFormat;
  /** The table whose columns the files have. */
  readonly table: string;
  /** The JSON key of each column, by column: see `core/json-key.ts`. */
  readonly jsonKeys: Readonly<Record<string, string>>;
  /** Of the role that reads the table's schema. */
  readonly roleArn: string;
}

/** JSON by the columns of the Glue table to files of columns. https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html */
export function formatConversion({
  lake,
  files,
  table,
  jsonKeys,
  roleArn,
}: FormatConversionProps): CfnDeliveryStream.DataFormatConversionConfigurationProperty {
  return {
    enabled: true,
    inputFormatConfiguration: { deserializer: { openXJsonSerDe: { columnToJsonKeyMappings: jsonKeys } } },
    outputFormatConfiguration: { serializer: serializer(files) },
    schemaConfiguration: {
      roleArn,
      databaseName: lake.database.databaseName,
      tableName: lake.table(table).table.tableName,
      region: Aws.REGION,
      versionId: 'LATEST',
    },
  };
}

/** Firehose's writer of a file format. @throws RangeError for a compression that the format does not take */
export function serializer({ format, compression }: FileFormat): CfnDeliveryStream.SerializerProperty {
  const name = fileCompressions[format][compression];
  if (name === undefined) {
    throw new RangeError(`${format} takes no compression ${compression}`);
  }
  return format === 'parquet' ? { parquetSerDe: { compression: name } } : { orcSerDe: { compression: name } };
}
