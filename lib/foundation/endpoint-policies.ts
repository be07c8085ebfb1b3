import { Aws, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * What the endpoints of the pipeline's own network let through: this account's principals, on this account's resources. So neither stolen
 * credentials of another account nor a task that has been taken over can carry data out by them, whatever the roles allow.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 */
export function ownAccountOnly(): PolicyStatement {
  return new PolicyStatement({
    sid: 'OwnAccountOnly',
    principals: [new AnyPrincipal()],
    actions: ['*'],
    resources: ['*'],
    conditions: {
      StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID },
      // A request without a resource, such as ecr:GetAuthorizationToken, has no resource's account.
      StringEqualsIfExists: { 'aws:ResourceAccount': Aws.ACCOUNT_ID },
    },
  });
}

/**
 * The bucket of ECR that an image's layers are read from, by addresses that ECR has signed itself: neither it nor who signed is of this
 * account.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 */
export function imageLayers(scope: Construct): PolicyStatement {
  const bucket = `prod-${Aws.REGION}-starport-layer-bucket`;
  return new PolicyStatement({
    sid: 'ReadImageLayers',
    principals: [new AnyPrincipal()],
    actions: ['s3:GetObject'],
    resources: [Stack.of(scope).formatArn({ service: 's3', region: '', account: '', resource: bucket, resourceName: '*' })],
  });
}
