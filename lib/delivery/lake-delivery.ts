import { Aws } from 'aws-cdk-lib';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { LogStream, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeliveryConfig } from '../config/pipeline-config';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import { datePartition } from '../lake/lake-table';
import { deliveryRole } from './delivery-role';

/** What is delivered: rows of a table, converted to Parquet; or quarantined records, as compressed JSON lines. */
export type Delivered =
  | {
      readonly kind: 'table';
      readonly table: string;
      /** The JSON key of each column, by column: see `core/json-key.ts`. */
      readonly jsonKeys: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'quarantine' };

export interface LakeDeliveryProps {
  readonly delivered: Delivered;
  readonly lake: Lake;
  readonly config: DeliveryConfig;
  readonly logGroup: LogGroup;
}

/** The folder of the day on which Firehose received a record, UTC. https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
const dateFolder = `${datePartition.name}=!{timestamp:${datePartition.format}}/`;

/**
 * A Firehose delivery stream into the lake, by direct put, encrypted with the lake's key at rest in Firehose too.
 *
 * Made of the L1 resource: the L2 constructs would widen the role (see `deliveryRole`) and add a mapping of address ranges that
 * nothing uses. What they check, `lib/config/validate.ts` checks.
 */
export class LakeDelivery extends Construct {
  readonly deliveryStream: CfnDeliveryStream;

  constructor(scope: Construct, id: string, { delivered, lake, config, logGroup }: LakeDeliveryProps) {
    super(scope, id);
    const data = delivered.kind === 'table' ? lakeLayout.table(delivered.table) : lakeLayout.quarantine;
    const errors = lakeLayout.errors(delivered.kind === 'table' ? delivered.table : 'quarantine');
    const role = deliveryRole(this, 'Role', {
      lake,
      writes: [data, errors],
      ...(delivered.kind === 'table' ? { schemaOf: delivered.table } : {}),
      logGroup,
    });
    const logStream = new LogStream(this, 'Errors', { logGroup });
    this.deliveryStream = new CfnDeliveryStream(this, 'Stream', {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput: { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: lake.key.keyArn },
      extendedS3DestinationConfiguration: {
        bucketArn: lake.bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: `${data}${dateFolder}`,
        errorOutputPrefix: `${errors}!{firehose:error-output-type}/${dateFolder}`,
        bufferingHints: { sizeInMBs: config.bufferSizeMiB, intervalInSeconds: config.bufferIntervalSeconds },
        encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: lake.key.keyArn } },
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
        ...(delivered.kind === 'table'
          ? // Conversion compresses inside the file; beside it Firehose refuses any other setting.
            {
              compressionFormat: 'UNCOMPRESSED',
              dataFormatConversionConfiguration: toParquet(lake, delivered, role.roleArn),
            }
          : { compressionFormat: 'GZIP' }),
      },
    });
  }

  get deliveryStreamName(): string {
    return this.deliveryStream.ref;
  }

  get deliveryStreamArn(): string {
    return this.deliveryStream.attrArn;
  }
}

/** JSON by the columns of the Glue table to Parquet with Snappy. https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html */
function toParquet(
  lake: Lake,
  { table, jsonKeys }: Extract<Delivered, { kind: 'table' }>,
  roleArn: string,
): CfnDeliveryStream.DataFormatConversionConfigurationProperty {
  return {
    enabled: true,
    inputFormatConfiguration: { deserializer: { openXJsonSerDe: { columnToJsonKeyMappings: jsonKeys } } },
    outputFormatConfiguration: { serializer: { parquetSerDe: { compression: 'SNAPPY' } } },
    schemaConfiguration: {
      roleArn,
      databaseName: lake.database.databaseName,
      tableName: lake.table(table).table.tableName,
      region: Aws.REGION,
      versionId: 'LATEST',
    },
  };
}
