import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';

export interface LeaseTableProps {
  readonly config: PipelineConfig;
}

/**
 * Who reads which shard, and how far: the lease table of the Kinesis Client Library, in its own format, so that a Java fleet can
 * take over from this consumer or hand over to it. The library makes the same table: key `leaseKey`, billed per request.
 *
 * To lose it means to read the whole retention again, so it can be restored to any second of the last 35 days.
 */
export class LeaseTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { config }: LeaseTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'leaseKey', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // Shard ids and sequence numbers, no data: a key of our own would only add a call of KMS to each.
      encryption: TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !config.destroysData,
      // Not `removalOfData`: a protected table cannot be deleted when a first deployment fails, which would leave the stack stuck.
      removalPolicy: config.destroysData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }
}
