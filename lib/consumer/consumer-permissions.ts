import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EncryptedStream } from '../ingestion/encrypted-stream';
import { useKey } from '../shared/encryption-key';

export interface ConsumerPermissionsProps {
  readonly source: EncryptedStream;
  readonly leaseTable: Table;
  /** ARNs of the delivery streams that rows and quarantined records go to. */
  readonly deliveryStreamArns: readonly string[];
}

/** What the consumer's code calls, on the resources that it names, and nothing else. */
export function consumerPermissions({ source, leaseTable, deliveryStreamArns }: ConsumerPermissionsProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'ReadStream',
      actions: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
      resources: [source.stream.streamArn],
    }),
    ...useKey('DecryptStream', source.key, 'kms:Decrypt'),
    new PolicyStatement({
      sid: 'KeepLeases',
      actions: [
        'dynamodb:DeleteItem',
        'dynamodb:DescribeTable',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Scan',
        'dynamodb:UpdateItem',
      ],
      resources: [leaseTable.tableArn],
    }),
    // Where a native KCL 3.x fleet keeps its state: the consumer looks, so as not to fight one over the leases.
    new PolicyStatement({
      sid: 'RecogniseNativeFleet',
      actions: ['dynamodb:GetItem'],
      resources: [`${leaseTable.tableArn}-CoordinatorState`],
    }),
    new PolicyStatement({ sid: 'Deliver', actions: ['firehose:PutRecordBatch'], resources: [...deliveryStreamArns] }),
  ];
}
