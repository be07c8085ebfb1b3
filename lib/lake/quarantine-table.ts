import { DataFormat, S3Table, S3TableStorage, type IDatabase } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { quarantineColumns, quarantineTableName } from '../../core/quarantine';
import { lakeLayout } from './lake-layout';
import { dateProjection, datePartitionKey, glueColumn, isEncryptedByClients } from './lake-table';

export interface QuarantineTableProps {
  readonly bucket: IBucket;
  readonly database: IDatabase;
}

/**
 * A Glue table over the quarantined records: gzip files of JSON lines, in a folder per day of delivery.
 * @see https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
 */
export function quarantineTable(scope: Construct, id: string, { bucket, database }: QuarantineTableProps): S3Table {
  return new S3Table(scope, id, {
    database,
    tableName: quarantineTableName,
    description:
      'Records that could not be used, each with the reason and its original bytes; one row per part of a long record.',
    storage: S3TableStorage.fromBucket(bucket),
    s3Prefix: lakeLayout.quarantine,
    dataFormat: DataFormat.JSON,
    compressed: true,
    columns: quarantineColumns.map(glueColumn),
    partitionKeys: [datePartitionKey],
    partitionProjection: dateProjection,
    hasEncryptedData: isEncryptedByClients,
  });
}
