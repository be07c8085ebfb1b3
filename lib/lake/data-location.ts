import { Aws } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResource } from 'aws-cdk-lib/aws-lakeformation';
import { Construct } from 'constructs';
import { useKey } from '../shared/encryption-key';
import type { Lake } from './lake';
import { lakeLayout } from './lake-layout';

/**
 * Registers the files of the tables with Lake Formation: who queries them through the catalogue needs its grant from then on, and
 * reads with this role's rights instead of rights of their own on the bucket. Who writes and reads the bucket directly, as Firehose
 * and the training do, is not affected.
 *
 * @see https://docs.aws.amazon.com/lake-formation/latest/dg/registration-role.html
 */
export class DataLocation extends Construct {
  constructor(scope: Construct, id: string, { lake }: { readonly lake: Lake }) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lakeformation.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Read: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'ReadTables',
              actions: ['s3:GetObject'],
              resources: [lake.objectsUnder(lakeLayout.allTables)],
            }),
            new PolicyStatement({
              sid: 'ListTables',
              actions: ['s3:ListBucket'],
              resources: [lake.bucket.bucketArn],
              conditions: { StringLike: { 's3:prefix': [`${lakeLayout.allTables}*`] } },
            }),
            ...useKey('UseKey', lake.key, 'kms:Decrypt'),
          ],
        }),
      },
    });
    new CfnResource(this, 'Location', {
      resourceArn: lake.bucket.arnForObjects(lakeLayout.allTables.replace(/\/$/, '')),
      // The service-linked role cannot use a key whose policy does not name it, nor S3's own key.
      useServiceLinkedRole: false,
      roleArn: role.roleArn,
      hybridAccessEnabled: false,
    });
  }
}
