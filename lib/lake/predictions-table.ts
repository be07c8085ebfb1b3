import { DataFormat, S3Table, S3TableStorage, Schema, type IDatabase } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { predictionColumns, predictionsTableName } from '../../core/predictions';
import { lakeLayout } from './lake-layout';
import { dateProjection, glueColumn, isEncryptedByClients } from './lake-table';

export interface PredictionsTableProps {
  readonly bucket: IBucket;
  readonly database: IDatabase;
}

/** A Glue table over what models have predicted: Parquet whatever the format of the other tables, in a folder per day of scoring. */
export function predictionsTable(scope: Construct, id: string, { bucket, database }: PredictionsTableProps): S3Table {
  return new S3Table(scope, id, {
    database,
    tableName: predictionsTableName,
    description: 'What the model in use predicted for each row, with the version of the model. One row per row that was scored.',
    storage: S3TableStorage.fromBucket(bucket),
    s3Prefix: lakeLayout.table(predictionsTableName),
    dataFormat: DataFormat.PARQUET,
    columns: predictionColumns.map(glueColumn),
    partitionKeys: [{ name: 'date', type: Schema.STRING, comment: 'Day of scoring, UTC.' }],
    partitionProjection: dateProjection,
    hasEncryptedData: isEncryptedByClients,
  });
}
