import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Lake } from '../../lake/lake';
import { lakeLayout } from '../../lake/lake-layout';
import { useKey } from '../../shared/encryption-key';
import { objects } from '../../training/lake-permissions';

export interface ModelRoleProps {
  readonly lake: Lake;
  /** What training jobs' names start with, and so the folders of their models. */
  readonly jobNamePrefix: string;
  /** ARN of the ECR repository with the image that serves. */
  readonly imageRepositoryArn: string;
  /** Where SageMaker writes what the model's container prints. */
  readonly logs: ILogGroup;
}

/**
 * The role that a model answers under: reads models of this pipeline and its image, reports, and nothing else. Only for SageMaker in
 * this account.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createmodel-perms
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html#security-confused-deputy-inference
 */
export function modelRole(scope: Construct, id: string, props: ModelRoleProps): Role {
  const { lake, jobNamePrefix, imageRepositoryArn, logs } = props;
  const ofSageMaker = Stack.of(scope).formatArn({ service: 'sagemaker', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME });
  return new Role(scope, id, {
    description: 'The model that answers requests',
    assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': ofSageMaker } },
    }),
    inlinePolicies: {
      Serve: new PolicyDocument({
        statements: [
          objects('ReadModels', lake, ['s3:GetObject'], `${lakeLayout.models}${jobNamePrefix}-*`),
          ...useKey('UseKey', lake.key, 'kms:Decrypt'),
          new PolicyStatement({
            sid: 'PullImage',
            actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            resources: [imageRepositoryArn],
          }),
          // A login is for the whole registry and takes no resource.
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
          new PolicyStatement({ sid: 'LogInToRegistry', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
          new PolicyStatement({
            sid: 'WriteLogs',
            actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
            resources: [logs.logGroupArn],
          }),
          // Metrics take no resource; the condition keeps to SageMaker's namespaces.
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
          new PolicyStatement({
            sid: 'PutMetrics',
            actions: ['cloudwatch:PutMetricData'],
            resources: ['*'],
            conditions: { StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' } },
          }),
        ],
      }),
    },
  });
}
