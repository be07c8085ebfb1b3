import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';

const { allTables, trainingSets, queryResults, models, modelRecords } = lakeLayout;

/** ARN of every training job whose name starts with the prefix and a hyphen. */
export function trainingJobsArn(scope: Construct, prefix: string): string {
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'training-job', resourceName: `${prefix}-*` });
}

function list(lake: Lake, ...prefixes: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'List',
    actions: ['s3:ListBucket'],
    resources: [lake.bucket.bucketArn],
    // With and without the slash at the end: some services list the folder itself.
    conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => prefix.replace(/\/$/, '*')) } },
  });
}

function objects(sid: string, lake: Lake, actions: readonly string[], ...prefixes: readonly string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions: [...actions], resources: prefixes.map((prefix) => lake.objectsUnder(prefix)) });
}

function useKey(lake: Lake, ...actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({ sid: 'UseKey', actions: [...actions], resources: [lake.key.keyArn] });
}

/** Looks at the files of the tables and writes down which of them a model is trained on. */
export function planTrainingPermissions(lake: Lake): PolicyStatement[] {
  return [
    list(lake, allTables),
    objects('WriteManifests', lake, ['s3:PutObject'], trainingSets),
    useKey(lake, 'kms:GenerateDataKey'),
  ];
}

export interface StartTrainingPermissionsProps {
  readonly lake: Lake;
  /** What training jobs' names start with. */
  readonly jobNamePrefix: string;
  readonly trainingRole: Role;
}

/** Checks the training set and starts a job on it, under the training role and no other. */
export function startTrainingPermissions({
  lake,
  jobNamePrefix,
  trainingRole,
}: StartTrainingPermissionsProps): PolicyStatement[] {
  return [
    list(lake, trainingSets),
    objects('ReadTrainingSets', lake, ['s3:GetObject'], trainingSets),
    useKey(lake, 'kms:Decrypt'),
    new PolicyStatement({
      sid: 'StartJobs',
      actions: ['sagemaker:AddTags', 'sagemaker:CreateTrainingJob'],
      resources: [trainingJobsArn(lake, jobNamePrefix)],
    }),
    new PolicyStatement({
      sid: 'PassTrainingRole',
      actions: ['iam:PassRole'],
      resources: [trainingRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
  ];
}

/** Asks how a job went and keeps a record of the model. */
export function recordModelPermissions(lake: Lake, jobNamePrefix: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'DescribeJobs',
      actions: ['sagemaker:DescribeTrainingJob'],
      resources: [trainingJobsArn(lake, jobNamePrefix)],
    }),
    objects('KeepRecords', lake, ['s3:PutObject'], modelRecords),
    useKey(lake, 'kms:GenerateDataKey'),
  ];
}

/** What Athena does to build a training set; it acts as the state machine. */
export function queryPermissions(lake: Lake, workgroupArn: string): PolicyStatement[] {
  const defaultDatabase = Stack.of(lake).formatArn({ service: 'glue', resource: 'database', resourceName: 'default' });
  const dataCatalog = Stack.of(lake).formatArn({ service: 'athena', resource: 'datacatalog', resourceName: 'AwsDataCatalog' });
  return [
    new PolicyStatement({
      sid: 'Query',
      actions: ['athena:GetDataCatalog', 'athena:GetQueryExecution', 'athena:StartQueryExecution', 'athena:StopQueryExecution'],
      resources: [workgroupArn, dataCatalog],
    }),
    new PolicyStatement({
      sid: 'ReadSchemas',
      actions: ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable'],
      resources: lake.catalogueArns(Object.keys(lake.tables)),
    }),
    // Athena may look at the account's default database too, whatever database a query names; only its existence is shown.
    // https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html#full-access-to-default-db-per-region
    new PolicyStatement({ sid: 'FindDefaultDatabase', actions: ['glue:GetDatabase'], resources: [defaultDatabase] }),
    new PolicyStatement({
      sid: 'FindBucket',
      actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
      resources: [lake.bucket.bucketArn],
    }),
    list(lake, allTables, trainingSets, queryResults),
    objects('Read', lake, ['s3:GetObject'], allTables, trainingSets, queryResults),
    objects(
      'Write',
      lake,
      ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
      trainingSets,
      queryResults,
    ),
    useKey(lake, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

export interface TrainingRoleProps {
  readonly lake: Lake;
  /** ARN of the ECR repository with the training image. */
  readonly imageRepositoryArn: string;
}

/**
 * The role that a training job runs under: reads training sets, writes models, reports.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
 */
export function trainingRole(scope: Construct, id: string, { lake, imageRepositoryArn }: TrainingRoleProps): Role {
  const jobLogs = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '/aws/sagemaker/TrainingJobs*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return new Role(scope, id, {
    assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
    inlinePolicies: {
      Train: new PolicyDocument({
        statements: [
          list(lake, trainingSets, models),
          objects('ReadTrainingSets', lake, ['s3:GetObject'], trainingSets),
          // Checkpoints of spot training lie among the models and are read again after an interruption.
          objects('WriteModels', lake, ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], models),
          // Encrypt: for a model under a key of one's own. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
          useKey(lake, 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'),
          new PolicyStatement({
            sid: 'EncryptVolume',
            actions: ['kms:CreateGrant'],
            resources: [lake.key.keyArn],
            conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          }),
          new PolicyStatement({
            sid: 'WriteLogs',
            actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
            resources: [jobLogs],
          }),
          // Metrics take no resource; the condition keeps to SageMaker's namespaces.
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
          new PolicyStatement({ sid: 'LogInToRegistry', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
        ],
      }),
    },
  });
}
