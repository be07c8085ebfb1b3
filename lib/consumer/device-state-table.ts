import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { deviceItem } from '../../core/device-item';
import type { PipelineConfig } from '../config/pipeline-config';

export interface DeviceStateTableProps {
  readonly config: PipelineConfig;
  /** The stream's: what is remembered of devices comes from it. Undefined: DynamoDB's key in the account. */
  readonly key: IKey | undefined;
}

/**
 * What is remembered of each device: its latest readings, as the features need them, which of its messages have been seen, and how it is.
 * Goes with the lease table: an item says up to which place on the stream it holds, so of the two neither may be older than the other.
 *
 * To lose it means that features over windows start over, once for each device.
 */
export class DeviceStateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { config, key }: DeviceStateTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: deviceItem.deviceId, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...(key === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !config.destroysData,
      // As the lease table: a protected one cannot be deleted when a first deployment fails.
      removalPolicy: config.destroysData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }
}
