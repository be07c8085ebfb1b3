import { Aws } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { useKey } from '../shared/encryption-key';
import type { Lake } from '../lake/lake';

export interface DeliveryRoleProps {
  readonly lake: Lake;
  /** The prefixes of the lake that may be written. */
  readonly writes: readonly string[];
  /** The table whose schema is read. @default - none: nothing is converted */
  readonly schemaOf?: string;
  /** ARN of the function that transforms records. @default - none does */
  readonly processorArn?: string;
  readonly logGroup: LogGroup;
}

/**
 * The role of one delivery stream: its own prefixes, its own table, nothing else. Firehose's library constructs would grant the
 * whole bucket and `glue:GetSchemaVersion` on everything.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
export function deliveryRole(
  scope: Construct,
  id: string,
  { lake, writes, schemaOf, processorArn, logGroup }: DeliveryRoleProps,
): Role {
  const statements = [
    new PolicyStatement({
      sid: 'WriteObjects',
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      resources: writes.map((prefix) => lake.objectsUnder(prefix)),
    }),
    new PolicyStatement({
      sid: 'FindBucket',
      actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      resources: [lake.bucket.bucketArn],
    }),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
    new PolicyStatement({ sid: 'WriteLogs', actions: ['logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
  ];
  if (schemaOf !== undefined) {
    statements.push(
      new PolicyStatement({
        sid: 'ReadSchema',
        actions: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
        resources: lake.catalogueArns([schemaOf]),
      }),
    );
  }
  if (processorArn !== undefined) {
    statements.push(
      new PolicyStatement({
        sid: 'Transform',
        actions: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
        // Firehose calls the version that is the latest, by name or without.
        resources: [processorArn, `${processorArn}:$LATEST`],
      }),
    );
  }
  return new Role(scope, id, {
    // Firehose names the account that it works for as the external id; of aws:SourceAccount its documentation says nothing.
    // https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role
    assumedBy: new ServicePrincipal('firehose.amazonaws.com', {
      conditions: { StringEquals: { 'sts:ExternalId': Aws.ACCOUNT_ID } },
    }),
    inlinePolicies: { Deliver: new PolicyDocument({ statements }) },
  });
}
