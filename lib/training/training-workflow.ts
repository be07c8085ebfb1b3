import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Choice,
  Condition,
  DefinitionBody,
  Errors,
  Fail,
  IntegrationPattern,
  JsonPath,
  Pass,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
  type IChainable,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import {
  AthenaStartQueryExecution,
  CallAwsService,
  LambdaInvoke,
  type LambdaInvokeProps,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { trainingErrors } from '../../core/training-error';
import { notify, outcomeMessages } from './outcome-messages';

export interface TrainingWorkflowProps {
  readonly planTraining: IFunction;
  readonly startTraining: IFunction;
  readonly recordModel: IFunction;
  readonly workgroupName: string;
  readonly databaseName: string;
  readonly pollInterval: Duration;
  /** Where outcomes are told. */
  readonly notifications: ITopic;
  /** The pipeline's name, for people. */
  readonly pipeline: string;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
}

/** What AWS calls a passing trouble of a function. https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html */
const transientLambdaErrors = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/**
 * The way from a point in time to a model, in JSONPath. State, from step to step:
 *
 *     { scheduledTime }                      what the schedule gives
 *     { scheduledTime, plan }                PlanTraining: job name, window, statement and places; or nothing to train
 *     { …, started: { started, rows, … } }   StartTraining
 *     { …, job: { TrainingJobStatus, … } }   DescribeTrainingJob, again and again
 *     { …, record }                          RecordModel
 *     { …, failure: { Error, Cause } }       instead, from the step that failed
 *
 * Every way ends in a message and in one of three states: ModelTrained, NothingToTrain, or RunFailed with the error and the cause of
 * the step that failed. The messages are steps of the workflow, under its own role: EventBridge, which could tell of an execution's
 * end too, publishes to a topic only if the policies of topic and key let it do so for every account.
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions). What a machine cannot
 * tell of itself is left to alarms: an execution that was aborted, or that ran out of time as a whole.
 *
 * The statement is not repeated when it fails half way: UNLOAD refuses a place that is not empty. The next run has a place of its own.
 */
export function trainingWorkflow(scope: Construct, props: TrainingWorkflowProps): DefinitionBody {
  const failed = runFailed(scope, props);
  const caught = <T extends TaskStateBase>(state: T): T => {
    state.addCatch(failed, { errors: [Errors.ALL], resultPath: '$.failure' });
    return state;
  };
  const invoke = (
    id: string,
    lambdaFunction: IFunction,
    input: Pick<LambdaInvokeProps, 'payload' | 'inputPath'>,
    resultPath: string,
  ) => {
    const options = { ...input, lambdaFunction, resultPath, payloadResponseOnly: true, retryOnServiceExceptions: false };
    return caught(retried(LambdaInvoke.jsonPath(scope, id, options), transientLambdaErrors));
  };

  const plan = invoke(
    'PlanTraining',
    props.planTraining,
    {
      payload: TaskInput.fromObject({
        scheduledTime: JsonPath.stringAt('$.scheduledTime'),
        executionName: JsonPath.stringAt('$$.Execution.Name'),
      }),
    },
    '$.plan',
  );
  const buildTrainingSet = caught(unload(scope, props));
  const start = invoke('StartTraining', props.startTraining, { inputPath: '$.plan' }, '$.started');
  start.addRetry({ errors: [trainingErrors.throttled], interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 5 });
  // Room in the account may become free, so this is given up only after half an hour.
  start.addRetry({
    errors: [trainingErrors.resourceLimitExceeded],
    interval: Duration.minutes(1),
    backoffRate: 2,
    maxAttempts: 5,
  });
  const record = invoke(
    'RecordModel',
    props.recordModel,
    {
      payload: TaskInput.fromObject({
        jobName: JsonPath.stringAt('$.plan.jobName'),
        plan: JsonPath.objectAt('$.plan'),
        rows: JsonPath.objectAt('$.started.rows'),
        started: JsonPath.objectAt('$.started.started'),
      }),
    },
    '$.record',
  );

  const outcome = new Choice(scope, 'DidTrainingComplete')
    .when(Condition.stringEquals('$.job.TrainingJobStatus', 'Completed'), trained(scope, props))
    .otherwise(
      failure(
        scope,
        'TrainingJobFailed',
        { Error: 'TrainingFailed', Cause: JsonPath.stringAt('$.record.failureReason') },
        failed,
      ),
    );
  const ended = record.next(outcome);
  const training = buildTrainingSet.next(start).next(untilEnded(scope, props.pollInterval, caught, ended));
  const whatToDo = new Choice(scope, 'IsThereSomethingToTrain')
    .when(Condition.stringEquals('$.plan.status', 'ready'), training)
    .when(Condition.stringEquals('$.plan.status', 'nothing-to-train'), nothingToTrain(scope, props))
    .otherwise(
      failure(
        scope,
        'PlanNotUnderstood',
        {
          Error: 'PlanNotUnderstood',
          Cause: 'PlanTraining answered with a status that is neither ready nor nothing-to-train.',
        },
        failed,
      ),
    );
  return DefinitionBody.fromChainable(plan.next(whatToDo));
}

function trained(scope: Construct, { notifications, pipeline, runbookUrl }: TrainingWorkflowProps): IChainable {
  const next = new Succeed(scope, 'ModelTrained');
  return notify(scope, 'TellOfModel', { topic: notifications, pipeline, runbookUrl, message: outcomeMessages.trained, next });
}

function nothingToTrain(scope: Construct, { notifications, pipeline, runbookUrl }: TrainingWorkflowProps): IChainable {
  const next = new Succeed(scope, 'NothingToTrain');
  return notify(scope, 'TellOfNothing', {
    topic: notifications,
    pipeline,
    runbookUrl,
    message: outcomeMessages.nothingToTrain,
    next,
  });
}

/**
 * Tells of `$.failure`, and fails by it. What a function threw comes as JSON with the stack; its message is all that a person needs
 * here, the rest is in the function's log.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
function runFailed(scope: Construct, { notifications, pipeline, runbookUrl }: TrainingWorkflowProps): IChainable {
  const next = new Fail(scope, 'RunFailed', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
  const tell = notify(scope, 'TellOfFailure', {
    topic: notifications,
    pipeline,
    runbookUrl,
    message: outcomeMessages.failed,
    next,
  });
  const failureOf = (id: string, Cause: string, more: Readonly<Record<string, string>> = {}) =>
    Pass.jsonPath(scope, id, {
      parameters: { Error: JsonPath.stringAt('$.failure.Error'), Cause, ...more },
      resultPath: '$.failure',
    });
  const ofFunction = failureOf('ReadError', JsonPath.stringAt('$.failure.Cause'), {
    Details: JsonPath.stringAt('States.StringToJson($.failure.Cause)'),
  })
    .next(failureOf('TakeMessage', JsonPath.stringAt('$.failure.Details.errorMessage')))
    .next(tell);
  return new Choice(scope, 'DidFunctionThrow')
    .when(Condition.stringMatches('$.failure.Cause', '{*"errorMessage":*}'), ofFunction)
    .otherwise(tell);
}

/** A failure that no step threw. */
function failure(
  scope: Construct,
  id: string,
  what: { readonly Error: string; readonly Cause: string },
  failed: IChainable,
): IChainable {
  return Pass.jsonPath(scope, id, { parameters: what, resultPath: '$.failure' }).next(failed);
}

/** Writes the training set, a folder per split, and waits until Athena is done. */
function unload(scope: Construct, { workgroupName, databaseName }: TrainingWorkflowProps): TaskStateBase {
  return AthenaStartQueryExecution.jsonPath(scope, 'BuildTrainingSet', {
    integrationPattern: IntegrationPattern.RUN_JOB,
    queryString: JsonPath.stringAt('$.plan.statement'),
    queryExecutionContext: { databaseName },
    workGroup: workgroupName,
    resultPath: JsonPath.DISCARD,
  });
}

/** Waits, asks for the job's status, and goes on with `next` once the job has ended, however it has. */
function untilEnded(
  scope: Construct,
  pollInterval: Duration,
  caught: <T extends TaskStateBase>(state: T) => T,
  next: IChainable,
): IChainable {
  const wait = new Wait(scope, 'WaitForTraining', { time: WaitTime.duration(pollInterval) });
  const describe = caught(
    retried(
      CallAwsService.jsonPath(scope, 'DescribeTrainingJob', {
        service: 'sagemaker',
        action: 'describeTrainingJob',
        parameters: { TrainingJobName: JsonPath.stringAt('$.plan.jobName') },
        // Only what a job always has: to select a field that is missing fails the state. FailureReason is one.
        resultSelector: {
          TrainingJobName: JsonPath.stringAt('$.TrainingJobName'),
          TrainingJobStatus: JsonPath.stringAt('$.TrainingJobStatus'),
        },
        resultPath: '$.job',
        iamResources: [],
      }),
      ['SageMaker.SageMakerException', 'SageMaker.SdkClientException'],
    ),
  );
  const status = (name: string): Condition => Condition.stringEquals('$.job.TrainingJobStatus', name);
  const ended = new Choice(scope, 'HasTrainingEnded')
    .when(Condition.or(status('Completed'), status('Failed'), status('Stopped')), next)
    .otherwise(wait);
  return wait.next(describe).next(ended);
}

/** Repeats a step after passing trouble, up to six times, 2, 4, 8, … seconds apart. */
function retried<T extends TaskStateBase>(task: T, errors: string[]): T {
  task.addRetry({ errors, interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 6 });
  return task;
}
