import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { planTrainingEnvironment, recordModelEnvironment, startTrainingEnvironment } from '../../core/environment';
import type { QueryWorkgroup } from '../delivery/query-workgroup';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import type { EnvironmentOf } from '../shared/environment-of';
import { logGroup } from '../shared/log-group';
import type { PipelineStackProps } from '../shared/pipeline-stack-props';
import type { RuntimeCode } from '../shared/runtime-code';
import { TrainingFunction } from './training-function';
import {
  planTrainingPermissions,
  queryPermissions,
  recordModelPermissions,
  startTrainingPermissions,
  trainingJobsArn,
  trainingRole,
} from './training-permissions';
import { trainingSchedule } from './training-schedule';
import { trainingWorkflow } from './training-workflow';
import { XgboostImage } from './xgboost-image';

export interface TrainingStackProps extends PipelineStackProps {
  readonly lake: Lake;
  readonly workgroup: QueryWorkgroup;
  readonly code: Omit<RuntimeCode, 'consumer'>;
}

/** What the queries, the functions and the start of the job may take together, beside the job itself. */
const marginAroundTraining = Duration.hours(2);

/** From the lake to a model, on a schedule. Stateless: training sets, models and their records lie in the lake. */
export class TrainingStack extends Stack {
  constructor(scope: Construct, id: string, props: TrainingStackProps) {
    super(scope, id, props);
    const { config, lake, workgroup, prefix } = props;
    const functions = this.functions(props);
    const logs = logGroup(this, 'WorkflowLogs', config, {
      // Names that start so do not count against the limit on the log group policy that Step Functions writes.
      // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
      logGroupName: `/aws/vendedlogs/states/${prefix}`,
    });
    const role = this.workflowRole(props, functions);
    const stateMachine = new StateMachine(this, 'Workflow', {
      definitionBody: trainingWorkflow(this, {
        planTraining: functions.planTraining.function,
        startTraining: functions.startTraining.function,
        recordModel: functions.recordModel.function,
        workgroupName: workgroup.name,
        databaseName: lake.database.databaseName,
        pollInterval: Duration.seconds(config.training.pollIntervalSeconds),
      }),
      timeout: Duration.seconds(config.training.maxWaitSeconds).plus(marginAroundTraining),
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: true },
      tracingEnabled: true,
      // The tasks' own grants reach every bucket and every table; `workflowRole` names what is needed.
      role: role.withoutPolicyUpdates(),
    });
    trainingSchedule(this, 'Schedule', { stateMachine, expression: config.training.schedule });
    new CfnOutput(this, 'WorkflowArn', {
      value: stateMachine.stateMachineArn,
      description: 'The state machine that trains a model',
    });
  }

  private functions({ config, domain, lake, prefix, code }: TrainingStackProps) {
    const { training, delivery } = config;
    const image = new XgboostImage(this, 'Image', training.image === undefined ? {} : { uri: training.image });
    const jobRole = trainingRole(this, 'JobRole', { lake, imageRepositoryArn: image.repositoryArn });
    const common = { DOMAIN: domain.name, LAKE_BUCKET: lake.bucket.bucketName };
    const plan: EnvironmentOf<typeof planTrainingEnvironment> = {
      ...common,
      TABLE_PREFIXES: JSON.stringify(
        Object.fromEntries(Object.keys(domain.tables).map((table) => [table, lakeLayout.table(table)])),
      ),
      TRAINING_SET_PREFIX: lakeLayout.trainingSets,
      JOB_NAME_PREFIX: prefix,
      ALLOWED_LATENESS_SECONDS: String(training.allowedLatenessSeconds),
      DELIVERY_BUFFER_SECONDS: String(delivery.bufferIntervalSeconds),
    };
    const start: EnvironmentOf<typeof startTrainingEnvironment> = {
      ...common,
      MODEL_PREFIX: lakeLayout.models,
      TRAINING_IMAGE: image.uri,
      TRAINING_ROLE_ARN: jobRole.roleArn,
      INSTANCE_TYPE: training.instanceType,
      INSTANCE_COUNT: String(training.instanceCount),
      VOLUME_SIZE_GIB: String(training.volumeSizeGiB),
      MAX_RUNTIME_SECONDS: String(training.maxRuntimeSeconds),
      USE_SPOT: String(training.useSpot),
      MAX_WAIT_SECONDS: String(training.maxWaitSeconds),
      KMS_KEY_ARN: lake.key.keyArn,
    };
    const record: EnvironmentOf<typeof recordModelEnvironment> = { ...common, RECORD_PREFIX: lakeLayout.modelRecords };
    return {
      planTraining: new TrainingFunction(this, 'PlanTrainingFunction', {
        config,
        description: 'Decides what the next model is trained on',
        codeDirectory: code.planTraining,
        environment: plan,
        permissions: planTrainingPermissions(lake),
      }),
      startTraining: new TrainingFunction(this, 'StartTrainingFunction', {
        config,
        description: 'Starts the training job',
        codeDirectory: code.startTraining,
        environment: start,
        permissions: startTrainingPermissions({ lake, jobNamePrefix: prefix, trainingRole: jobRole }),
      }),
      recordModel: new TrainingFunction(this, 'RecordModelFunction', {
        config,
        description: 'Records a model with its metrics and its inputs',
        codeDirectory: code.recordModel,
        environment: record,
        permissions: recordModelPermissions(lake, prefix),
      }),
    };
  }

  private workflowRole(
    { lake, workgroup, prefix }: TrainingStackProps,
    functions: Readonly<Record<string, TrainingFunction>>,
  ): Role {
    const statements = [
      new PolicyStatement({
        sid: 'CallFunctions',
        actions: ['lambda:InvokeFunction'],
        resources: Object.values(functions).map((each) => each.function.functionArn),
      }),
      ...queryPermissions(lake, workgroup.arn),
      new PolicyStatement({
        sid: 'DescribeJobs',
        actions: ['sagemaker:DescribeTrainingJob'],
        resources: [trainingJobsArn(this, prefix)],
      }),
      // Neither log delivery nor X-Ray takes a resource. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
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
      new PolicyStatement({
        sid: 'Trace',
        actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        resources: ['*'],
      }),
    ];
    return new Role(this, 'WorkflowRole', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      inlinePolicies: { Work: new PolicyDocument({ statements }) },
    });
  }
}
