import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { QueryWorkgroup } from '../delivery/query-workgroup';
import type { Lake } from '../lake/lake';
import { jobSeconds } from '../config/rules/training-rules';
import { TableGrants } from '../lake/table-grants';
import { logGroup } from '../shared/log-group';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import type { RuntimeCode } from '../shared/runtime-code';
import { deliveryDelaySeconds } from '../delivery/transformation';
import { codeVersion } from './code-version';
import { deadLetters } from './dead-letters';
import { JobNetwork } from './job-network';
import { jobRole } from './job-role';
import { ModelGroup } from './model-group';
import { trainingFunctions, type TrainingFunctions } from './training-functions';
import { trainingSchedule } from './training-schedule';
import { tuningOf } from './tuning';
import type { StepFunctions } from './workflow/steps';
import { trainingWorkflow } from './workflow/training-workflow';
import { workflowRole } from './workflow/workflow-role';
import { XgboostImage } from './xgboost-image';

export interface TrainingStackProps extends FoundedStackProps {
  readonly lake: Lake;
  readonly workgroup: QueryWorkgroup;
  /** Where the consumer keeps how far it is. */
  readonly leaseTable: Table;
  readonly code: Pick<RuntimeCode, keyof TrainingFunctions>;
}

/** What the queries, the functions and the start of the job may take together, beside the job itself. */
const marginAroundTraining = Duration.hours(2);

/**
 * From the lake to a model, on a schedule. Its only state is which models there are: training sets, models and their records lie in the
 * lake.
 */
export class TrainingStack extends Stack {
  readonly workflow: StateMachine;
  readonly functions: TrainingFunctions;
  readonly models: ModelGroup;
  /** Starts that could not be delivered. */
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, props: TrainingStackProps) {
    super(scope, id, props);
    const { config, foundation, lake, workgroup, prefix, code } = props;
    const { training, monitoring } = config;
    const { operationsKey, notifications } = foundation;
    const network = training.vpc
      ? new JobNetwork(this, 'JobNetwork', { ...foundation.network, instanceCount: training.instanceCount })
      : undefined;
    const image = new XgboostImage(this, 'Image', training.image === undefined ? {} : { uri: training.image });
    const tuning = tuningOf(config, prefix);
    const role = jobRole(this, 'JobRole', {
      lake,
      jobNamePrefix: prefix,
      imageRepositoryArn: image.repositoryArn,
      network,
      tuning,
    });
    this.models = new ModelGroup(this, 'Models', { name: prefix });
    this.functions = trainingFunctions(this, {
      ...props,
      group: this.models,
      jobRole: role,
      imageUri: image.uri,
      imageRepositoryArn: image.repositoryArn,
      network,
      tuning,
      codeVersion: codeVersion(code.planTraining, code.startTraining, ...(tuning === undefined ? [] : [code.startTuning])),
    });
    const deliverySeconds = deliveryDelaySeconds(config.delivery);

    this.workflow = new StateMachine(this, 'Workflow', {
      definitionBody: trainingWorkflow(this, {
        functions: stepFunctions(this.functions),
        workgroupName: workgroup.name,
        databaseName: lake.database.databaseName,
        windowPollInterval: Duration.seconds(training.windowPollSeconds),
        deliveryBuffer: Duration.seconds(deliverySeconds),
        pollInterval: Duration.seconds(training.pollIntervalSeconds),
        notifications,
        pipeline: prefix,
        runbookUrl: monitoring.runbookUrl,
      }),
      // No step is without an end of its own; this is for what nobody thought of.
      timeout: Duration.seconds(training.windowLimitSeconds + deliverySeconds + jobSeconds(training)).plus(marginAroundTraining),
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
        tuning,
        workgroupArn: workgroup.arn,
        functions: Object.values<IFunction>({ ...stepFunctions(this.functions) }),
        pipeline: prefix,
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
      starts: { workflow: 'training', description: 'Trains a model' },
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
    new CfnOutput(this, 'ModelPackageGroupName', {
      value: this.models.groupName,
      description: 'The models in the registry, with what each is made from',
    });
  }
}

function stepFunctions(functions: TrainingFunctions): StepFunctions {
  const { checkWindow, planTraining, inspectTrainingSet, startTuning, startTraining, recordModel } = functions;
  const { judgeModel, registerModel } = functions;
  return {
    checkWindow: checkWindow.function,
    planTraining: planTraining.function,
    inspectTrainingSet: inspectTrainingSet.function,
    ...(startTuning !== undefined && { startTuning: startTuning.function }),
    startTraining: startTraining.function,
    recordModel: recordModel.function,
    judgeModel: judgeModel.function,
    registerModel: registerModel.function,
  };
}
