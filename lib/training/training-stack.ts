import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { QueryWorkgroup } from '../delivery/query-workgroup';
import type { Lake } from '../lake/lake';
import { TableGrants } from '../lake/table-grants';
import { logGroup } from '../shared/log-group';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import type { RuntimeCode } from '../shared/runtime-code';
import { deadLetters } from './dead-letters';
import { JobNetwork } from './job-network';
import { jobRole } from './job-role';
import { trainingFunctions, type TrainingFunctions } from './training-functions';
import { trainingSchedule } from './training-schedule';
import { trainingWorkflow } from './training-workflow';
import { workflowRole } from './workflow-role';
import { XgboostImage } from './xgboost-image';

export interface TrainingStackProps extends FoundedStackProps {
  readonly lake: Lake;
  readonly workgroup: QueryWorkgroup;
  readonly code: Pick<RuntimeCode, keyof TrainingFunctions>;
}

/** What the queries, the functions and the start of the job may take together, beside the job itself. */
const marginAroundTraining = Duration.hours(2);

/** From the lake to a model, on a schedule. Stateless: training sets, models and their records lie in the lake. */
export class TrainingStack extends Stack {
  readonly workflow: StateMachine;
  readonly functions: TrainingFunctions;
  /** Starts that could not be delivered. */
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, props: TrainingStackProps) {
    super(scope, id, props);
    const { config, foundation, lake, workgroup, prefix } = props;
    const { training, monitoring } = config;
    const { operationsKey, notifications } = foundation;
    const network = training.vpc
      ? new JobNetwork(this, 'JobNetwork', { ...foundation.network, instanceCount: training.instanceCount })
      : undefined;
    const image = new XgboostImage(this, 'Image', training.image === undefined ? {} : { uri: training.image });
    const role = jobRole(this, 'JobRole', { lake, jobNamePrefix: prefix, imageRepositoryArn: image.repositoryArn, network });
    this.functions = trainingFunctions(this, { ...props, jobRole: role, imageUri: image.uri, network });
    const { planTraining, startTraining, recordModel } = this.functions;

    this.workflow = new StateMachine(this, 'Workflow', {
      definitionBody: trainingWorkflow(this, {
        planTraining: planTraining.function,
        startTraining: startTraining.function,
        recordModel: recordModel.function,
        workgroupName: workgroup.name,
        databaseName: lake.database.databaseName,
        pollInterval: Duration.seconds(training.pollIntervalSeconds),
        notifications,
        pipeline: prefix,
        runbookUrl: monitoring.runbookUrl,
      }),
      // No step is without an end of its own; this is for what nobody thought of.
      timeout: Duration.seconds(training.maxWaitSeconds).plus(marginAroundTraining),
      // A run has some dozens of events, and what they carry is names, SQL and counts, never a row: all of it is worth reading later.
      // For the same reason definition and history stay under Step Functions' own key. One of the account's would have to be granted
      // to whoever starts a run or reads one. https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
      logs: {
        // Names that start so do not count against the limit on the log group policy that Step Functions writes.
        // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
        destination: logGroup(this, 'WorkflowLogs', config, operationsKey, { logGroupName: `/aws/vendedlogs/states/${prefix}` }),
        level: LogLevel.ALL,
        includeExecutionData: true,
      },
      tracingEnabled: true,
      // The tasks' own grants reach every bucket and every table; `workflowRole` names what is needed.
      role: workflowRole(this, 'WorkflowRole', {
        lake,
        jobNamePrefix: prefix,
        workgroupArn: workgroup.arn,
        functions: [planTraining, startTraining, recordModel].map((each) => each.function),
        notifications,
        notificationsKey: monitoring.topicArn === undefined ? operationsKey : undefined,
      }).withoutPolicyUpdates(),
    });
    new TableGrants(this, 'WorkflowGrants', {
      lake,
      principalArn: this.workflow.role.roleArn,
      tables: Object.keys(lake.tables),
      permissions: ['DESCRIBE', 'SELECT'],
    });
    this.deadLetters = deadLetters(this, 'DeadLetters', operationsKey);
    trainingSchedule(this, 'Schedule', {
      stateMachine: this.workflow,
      expression: training.schedule,
      enabled: training.scheduled,
      deadLetters: this.deadLetters,
      deadLettersKey: operationsKey,
    });
    new CfnOutput(this, 'WorkflowArn', {
      value: this.workflow.stateMachineArn,
      description: 'The state machine that trains a model',
    });
  }
}
