import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Lake } from '../../lake/lake';
import { lakeLayout } from '../../lake/lake-layout';
import { useTableGrants } from '../../lake/table-grants';
import { useKey } from '../../shared/encryption-key';
import { trainingJobsArn, tuningJobsArn } from '../job-arn';
import { listFolders, objects } from '../lake-permissions';
import type { Tuning } from '../tuning';
import { eventSource } from './tell';

export interface WorkflowRoleProps extends CallAndTellProps {
  readonly lake: Lake;
  /** What training jobs' names start with. */
  readonly jobNamePrefix: string;
  /** Whether hyperparameters are tuned. @default - they are not */
  readonly tuning: Tuning | undefined;
  /** The workgroup that queries run in. */
  readonly workgroupArn: string;
}

export interface CallAndTellProps {
  /** The functions that the workflow calls. */
  readonly functions: readonly IFunction[];
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Where outcomes are published. */
  readonly notifications: ITopic;
  /** The key of that topic. @default - AWS's own, or one that is not the pipeline's */
  readonly notificationsKey: IKey | undefined;
}

/**
 * The role of the training workflow: calls its functions, builds training sets, asks how jobs go, publishes outcomes.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html#prevent-cross-service-confused-deputy
 */
export function workflowRole(scope: Construct, id: string, props: WorkflowRoleProps): Role {
  const { lake, jobNamePrefix, tuning, workgroupArn } = props;
  return stateMachineRole(scope, id, 'The training workflow', [
    ...queryPermissions(lake, workgroupArn, lakeLayout.trainingSets),
    ...useTableGrants(lake),
    new PolicyStatement({
      sid: 'DescribeJobs',
      actions: ['sagemaker:DescribeTrainingJob'],
      resources: [trainingJobsArn(scope, jobNamePrefix)],
    }),
    ...(tuning === undefined
      ? []
      : [
          new PolicyStatement({
            sid: 'DescribeTunings',
            actions: ['sagemaker:DescribeHyperParameterTuningJob'],
            resources: [tuningJobsArn(scope, tuning.namePrefix)],
          }),
        ]),
    ...callAndTell(scope, props),
  ]);
}

/** Calls functions, and tells people and programs of outcomes. */
export function callAndTell(scope: Construct, props: CallAndTellProps): PolicyStatement[] {
  const { functions, pipeline, notifications, notificationsKey } = props;
  return [
    new PolicyStatement({
      sid: 'CallFunctions',
      actions: ['lambda:InvokeFunction'],
      resources: functions.map((each) => each.functionArn),
    }),
    new PolicyStatement({ sid: 'Notify', actions: ['sns:Publish'], resources: [notifications.topicArn] }),
    // Rules of the account that listen to this pipeline trust who an event says that it is from.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    new PolicyStatement({
      sid: 'Announce',
      actions: ['events:PutEvents'],
      resources: [Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
      conditions: { StringEquals: { 'events:source': eventSource(pipeline) } },
    }),
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
    ...useKey('EncryptNotifications', notificationsKey, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

/** What every state machine of the pipeline may do, whatever its work: have its log delivered, and trace. For machines of this account alone. */
export function stateMachineRole(scope: Construct, id: string, description: string, work: readonly PolicyStatement[]): Role {
  // The machine takes the role before it has a name of its own.
  const machines = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const statements = [
    ...work,
    // Log delivery takes no resource. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
    new PolicyStatement({
      sid: 'DeliverLogs',
      actions: [
        'logs:CreateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:GetLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:UpdateLogDelivery',
      ],
      resources: ['*'],
    }),
    // Nor does X-Ray. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html#xray-iam
    new PolicyStatement({
      sid: 'Trace',
      actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      resources: ['*'],
    }),
  ];
  return new Role(scope, id, {
    description,
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': machines } },
    }),
    inlinePolicies: { Work: new PolicyDocument({ statements }) },
  });
}

/**
 * What Athena does to write rows of the tables under a prefix; it acts in the name of who starts the query.
 *
 * @param results prefix under which statements write, ending in a slash
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html
 */
export function queryPermissions(lake: Lake, workgroupArn: string, results: string): PolicyStatement[] {
  const { allTables, queryResults } = lakeLayout;
  const defaultDatabase = Stack.of(lake).formatArn({ service: 'glue', resource: 'database', resourceName: 'default' });
  const dataCatalog = Stack.of(lake).formatArn({ service: 'athena', resource: 'datacatalog', resourceName: 'AwsDataCatalog' });
  return [
    new PolicyStatement({
      sid: 'Query',
      actions: ['athena:GetQueryExecution', 'athena:StartQueryExecution', 'athena:StopQueryExecution'],
      resources: [workgroupArn],
    }),
    new PolicyStatement({ sid: 'FindCatalogue', actions: ['athena:GetDataCatalog'], resources: [dataCatalog] }),
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
    listFolders(lake, allTables, results, queryResults),
    objects('Read', lake, ['s3:GetObject'], `${allTables}*`, `${results}*`, `${queryResults}*`),
    objects(
      'Write',
      lake,
      ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
      `${results}*`,
      `${queryResults}*`,
    ),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}
