import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import { useKey } from '../shared/encryption-key';
import { trainingJobsArn, tuningJobsArn } from './job-arn';
import type { JobNetwork } from './job-network';
import { listFolders, objects } from './lake-permissions';
import { jobNamePrefixes, type Tuning } from './tuning';

export interface JobRoleProps {
  readonly lake: Lake;
  /** What training jobs' names start with. */
  readonly jobNamePrefix: string;
  /** ARN of the ECR repository with the training image. */
  readonly imageRepositoryArn: string;
  /** Where jobs run. @default - in SageMaker's own network */
  readonly network: JobNetwork | undefined;
  /** Whether tuning jobs launch training jobs, too. @default - none do */
  readonly tuning: Tuning | undefined;
}

/**
 * The role that training jobs run under, and no other work: reads training sets, writes models, reports.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
 */
export function jobRole(scope: Construct, id: string, props: JobRoleProps): Role {
  const { lake, jobNamePrefix, imageRepositoryArn, network, tuning } = props;
  const { trainingSets, models, trials } = lakeLayout;
  return new Role(scope, id, {
    description: 'Training jobs',
    assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': jobArns(scope, jobNamePrefix, tuning) },
      },
    }),
    inlinePolicies: {
      Train: new PolicyDocument({
        statements: [
          listFolders(lake, trainingSets, models),
          objects('ReadTrainingSets', lake, ['s3:GetObject'], `${trainingSets}*`),
          // Checkpoints of spot training lie among the models and are read again after an interruption. Records do not start so.
          objects(
            'WriteModels',
            lake,
            ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
            `${models}${jobNamePrefix}-*`,
          ),
          ...(tuning === undefined
            ? []
            : [objects('WriteTrials', lake, ['s3:AbortMultipartUpload', 's3:PutObject'], `${trials}${jobNamePrefix}-*`)]),
          // Encrypt: for a model under a key of one's own. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
          ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'),
          ...encryptVolume(lake),
          ...writeLogs(scope, jobNamePrefixes(jobNamePrefix, tuning)),
          // Metrics take no resource; the condition keeps to SageMaker's namespaces.
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
          new PolicyStatement({
            sid: 'PutMetrics',
            actions: ['cloudwatch:PutMetricData'],
            resources: ['*'],
            conditions: { StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' } },
          }),
          new PolicyStatement({
            sid: 'PullImage',
            actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            resources: [imageRepositoryArn],
          }),
          // A login is for the whole registry and takes no resource.
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
          new PolicyStatement({ sid: 'LogInToRegistry', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
          ...(network?.permissions() ?? []),
        ],
      }),
    },
  });
}

/** For whose work SageMaker may take on the role: that of training jobs, and of tuning jobs, which launch some. */
function jobArns(scope: Construct, jobNamePrefix: string, tuning: Tuning | undefined): string | string[] {
  if (tuning === undefined) {
    return trainingJobsArn(scope, jobNamePrefix);
  }
  const trainingJobs = jobNamePrefixes(jobNamePrefix, tuning).map((prefix) => trainingJobsArn(scope, prefix));
  return [...trainingJobs, tuningJobsArn(scope, tuning.namePrefix)];
}

/** SageMaker gives the key on to the volume of the instance. */
function encryptVolume({ key }: Lake): PolicyStatement[] {
  const statements = useKey('EncryptVolume', key, 'kms:CreateGrant');
  for (const statement of statements) {
    statement.addCondition('Bool', { 'kms:GrantIsForAWSResource': 'true' });
  }
  return statements;
}

/** All jobs of an account log to one group, which SageMaker makes; a stream's name starts with that of its job. */
function writeLogs(scope: Construct, prefixes: readonly string[]): PolicyStatement[] {
  const group = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '/aws/sagemaker/TrainingJobs',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({
      sid: 'FindLogs',
      actions: ['logs:CreateLogGroup', 'logs:DescribeLogStreams'],
      resources: [group, `${group}:*`],
    }),
    new PolicyStatement({
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: prefixes.map((prefix) => `${group}:log-stream:${prefix}-*`),
    }),
  ];
}
