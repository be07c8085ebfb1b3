import {
  DataFormat,
  PartitionProjectionConfiguration,
  S3Table,
  S3TableStorage,
  Schema,
  type Column,
  type IDatabase,
  type Type,
} from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ColumnType, Column as DomainColumn } from '../../core/column';
import { tableColumns } from '../../core/common-columns';
import type { Domain } from '../../core/domain';
import type { LakeConfig } from '../config/pipeline-config';
import { lakeLayout } from './lake-layout';

/** Name and type of the folder level under a table: the day of arrival, UTC. */
export const datePartition = { name: 'date', format: 'yyyy-MM-dd' } as const;

const glueTypes: Readonly<Record<ColumnType, Type>> = {
  string: Schema.STRING,
  boolean: Schema.BOOLEAN,
  int: Schema.INTEGER,
  bigint: Schema.BIG_INT,
  double: Schema.DOUBLE,
  timestamp: Schema.TIMESTAMP,
};

const dataFormats: Readonly<Record<LakeConfig['format'], DataFormat>> = { parquet: DataFormat.PARQUET, orc: DataFormat.ORC };

/** Longest comment of a Glue column, in bytes. https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html */
const maxCommentLength = 255;

/**
 * Partitions from the first day that there can be one, up to a day ahead, for clocks and zones: a partition without files costs a
 * listing, one that is missed loses rows.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export const dateProjection = {
  [datePartition.name]: PartitionProjectionConfiguration.date({
    min: '2025-01-01',
    max: 'NOW+1DAY',
    format: datePartition.format,
  }),
};

/**
 * For Athena this says that clients have encrypted the files, and not S3, as here: each file would be looked at for it.
 * https://docs.aws.amazon.com/athena/latest/ug/creating-tables-based-on-encrypted-datasets-in-s3.html
 */
export const isEncryptedByClients = false;

export const datePartitionKey: Column = { name: datePartition.name, type: Schema.STRING, comment: 'Day of delivery, UTC.' };

export interface LakeTableProps {
  readonly config: LakeConfig;
  readonly domain: Domain;
  /** The table's name in the domain, and in Glue. */
  readonly table: string;
  readonly bucket: IBucket;
  readonly database: IDatabase;
}

/**
 * A Glue table over the files of one table of the domain. Partitions are projected from the date, so that a day can be queried as
 * soon as its first file is there, and no crawler has to run.
 *
 * Parquet is read by the columns' names. Athena reads ORC by their positions: with `lake.format` orc, a domain adds columns at the end.
 * @see https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
 */
export class LakeTable extends Construct {
  readonly table: S3Table;

  constructor(scope: Construct, id: string, { config, domain, table, bucket, database }: LakeTableProps) {
    super(scope, id);
    this.table = new S3Table(this, 'Table', {
      database,
      tableName: table,
      description: domain.tables[table]?.doc ?? '',
      storage: S3TableStorage.fromBucket(bucket),
      s3Prefix: lakeLayout.table(table),
      dataFormat: dataFormats[config.format],
      columns: tableColumns(domain, table).map(glueColumn),
      partitionKeys: [datePartitionKey],
      partitionProjection: dateProjection,
      hasEncryptedData: isEncryptedByClients,
    });
  }
}

/** A column of a Glue table: its comment says what it means, and in which unit. */
export function glueColumn({ name, type, unit, doc }: DomainColumn): Column {
  const comment = unit === undefined ? doc : `${doc} [${unit}]`;
  return { name, type: glueTypes[type], comment: comment.slice(0, maxCommentLength) };
}
