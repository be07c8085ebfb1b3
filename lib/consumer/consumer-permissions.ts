import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EncryptedStream } from '../ingestion/encrypted-stream';
import { useKey } from '../shared/encryption-key';

export interface ConsumerPermissionsProps {
  readonly source: EncryptedStream;
  readonly leaseTable: Table;
  /** Undefined for a domain whose state is not stored. */
  readonly deviceStateTable: Table | undefined;
  /** ARNs of the delivery streams that rows and quarantined records go to. */
  readonly deliveryStreamArns: readonly string[];
}

/** What the consumer's code calls, on the resources that it names, and nothing else. */
export function consumerPermissions({
  source,
  leaseTable,
  deviceStateTable,
  deliveryStreamArns,
}: ConsumerPermissionsProps): PolicyStatement[] {
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
    ...(deviceStateTable === undefined ? [] : rememberDevices(deviceStateTable)),
    new PolicyStatement({ sid: 'Deliver', actions: ['firehose:PutRecordBatch'], resources: [...deliveryStreamArns] }),
  ];
}

/**
 * DynamoDB uses a table's key in the name of who calls it, and asks for all of these, though it caches what it has decrypted. By way of
 * DynamoDB alone: the key is the stream's.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-kms-authz
 */
function rememberDevices({ tableArn, encryptionKey }: Table): PolicyStatement[] {
  const keyActions = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'];
  return [
    new PolicyStatement({
      sid: 'RememberDevices',
      actions: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
      resources: [tableArn],
    }),
    ...(encryptionKey === undefined
      ? []
      : [
          new PolicyStatement({
            sid: 'EncryptDevices',
            actions: keyActions.map((action) => `kms:${action}`),
            resources: [encryptionKey.keyArn],
            conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
          }),
        ]),
  ];
}
