import type { Role } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { LogStream, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeliveryConfig } from '../config/pipeline-config';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import { datePartition } from '../lake/lake-table';
import { deliveryRole } from './delivery-role';
import { formatConversion, type FileFormat } from './format-conversion';
import { transformation } from './transformation';

/** What is delivered: rows of a table, converted to Parquet or ORC; or quarantined records, as compressed JSON lines. */
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
  /** Format and compression of the tables' files. */
  readonly files: FileFormat;
  readonly logGroup: LogGroup;
  /** ARN of a function that Firehose hands records to before it converts them. @default - records are converted as they come */
  readonly processorArn?: string | undefined;
}

/** The folder of the day on which Firehose received a record, UTC. https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
const dateFolder = `${datePartition.name}=!{timestamp:${datePartition.format}}/`;

/**
 * A Firehose delivery stream into the lake, by direct put, encrypted with the lake's key at rest in Firehose too.
 *
 * Made of the L1 resource: the L2 constructs would widen the role (see `deliveryRole`) and add a mapping of address ranges that
 * nothing uses. What they check, `lib/config` checks.
 */
export class LakeDelivery extends Construct {
  readonly deliveryStream: CfnDeliveryStream;
  /** What Firehose acts as. */
  readonly role: Role;

  constructor(scope: Construct, id: string, { delivered, lake, config, files, logGroup, processorArn }: LakeDeliveryProps) {
    super(scope, id);
    const data = delivered.kind === 'table' ? lakeLayout.table(delivered.table) : lakeLayout.quarantine;
    const errors = lakeLayout.errors(delivered.kind === 'table' ? delivered.table : 'quarantine');
    this.role = deliveryRole(this, 'Role', {
      lake,
      writes: [data, errors],
      ...(delivered.kind === 'table' ? { schemaOf: delivered.table } : {}),
      ...(processorArn !== undefined && { processorArn }),
      logGroup,
    });
    const { roleArn } = this.role;
    const logStream = new LogStream(this, 'Errors', { logGroup });
    this.deliveryStream = new CfnDeliveryStream(this, 'Stream', {
      deliveryStreamType: 'DirectPut',
      deliveryStreamEncryptionConfigurationInput:
        lake.key === undefined ? { keyType: 'AWS_OWNED_CMK' } : { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: lake.key.keyArn },
      extendedS3DestinationConfiguration: {
        bucketArn: lake.bucket.bucketArn,
        roleArn,
        prefix: `${data}${dateFolder}`,
        errorOutputPrefix: `${errors}!{firehose:error-output-type}/${dateFolder}`,
        bufferingHints: { sizeInMBs: config.bufferSizeMiB, intervalInSeconds: config.bufferIntervalSeconds },
        ...(lake.key !== undefined && {
          encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: lake.key.keyArn } },
        }),
        ...(processorArn !== undefined && { processingConfiguration: transformation(processorArn) }),
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
        ...(delivered.kind === 'table'
          ? // Conversion compresses inside the file; beside it Firehose refuses any other setting.
            {
              compressionFormat: 'UNCOMPRESSED',
              dataFormatConversionConfiguration: formatConversion({ lake, files, ...delivered, roleArn }),
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
