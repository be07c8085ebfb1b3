import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  IntegrationPattern,
  JsonPath,
  Parallel,
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
import { splits, type Split } from '../../core/training-set';

export interface TrainingWorkflowProps {
  readonly planTraining: IFunction;
  readonly startTraining: IFunction;
  readonly recordModel: IFunction;
  readonly workgroupName: string;
  readonly databaseName: string;
  readonly pollInterval: Duration;
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
 *     { scheduledTime, plan }                PlanTraining: job name, window, statements and places; or nothing to train
 *     { …, started: { rows, … } }            StartTraining
 *     { …, job: { TrainingJobStatus, … } }   DescribeTrainingJob, again and again
 *     { …, record }                          RecordModel
 *
 * A statement is not repeated when it fails half way: UNLOAD refuses a place that is not empty. The next run has a place of its own.
 */
export function trainingWorkflow(scope: Construct, props: TrainingWorkflowProps): DefinitionBody {
  const invoke = (
    id: string,
    lambdaFunction: IFunction,
    input: Pick<LambdaInvokeProps, 'payload' | 'inputPath'>,
    resultPath: string,
  ) => {
    const options = { ...input, lambdaFunction, resultPath, payloadResponseOnly: true, retryOnServiceExceptions: false };
    return retried(LambdaInvoke.jsonPath(scope, id, options), transientLambdaErrors);
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
  const buildTrainingSet = new Parallel(scope, 'BuildTrainingSet', { resultPath: JsonPath.DISCARD });
  for (const split of splits) {
    buildTrainingSet.branch(unload(scope, split, props));
  }
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
      }),
    },
    '$.record',
  );

  const outcome = new Choice(scope, 'DidTrainingComplete')
    .when(Condition.stringEquals('$.job.TrainingJobStatus', 'Completed'), new Succeed(scope, 'ModelTrained'))
    .otherwise(
      new Fail(scope, 'TrainingFailed', {
        error: 'TrainingFailed',
        cause:
          'The training job failed or was stopped. Its FailureReason is in DescribeTrainingJob and in the record of the model.',
      }),
    );
  const training = buildTrainingSet.next(start).next(untilEnded(scope, props.pollInterval, record.next(outcome)));
  const whatToDo = new Choice(scope, 'IsThereSomethingToTrain')
    .when(Condition.stringEquals('$.plan.status', 'ready'), training)
    .when(Condition.stringEquals('$.plan.status', 'nothing-to-train'), new Succeed(scope, 'NothingToTrain'))
    .otherwise(
      new Fail(scope, 'PlanNotUnderstood', {
        error: 'PlanNotUnderstood',
        cause: 'PlanTraining answered with a status that is neither ready nor nothing-to-train.',
      }),
    );
  return DefinitionBody.fromChainable(plan.next(whatToDo));
}

/** Writes one channel of the training set and waits until Athena is done. */
function unload(scope: Construct, split: Split, { workgroupName, databaseName }: TrainingWorkflowProps): TaskStateBase {
  const id = split === 'train' ? 'UnloadTrain' : 'UnloadValidation';
  return AthenaStartQueryExecution.jsonPath(scope, id, {
    integrationPattern: IntegrationPattern.RUN_JOB,
    queryString: JsonPath.stringAt(`$.plan.statements.${split}`),
    queryExecutionContext: { databaseName },
    workGroup: workgroupName,
  });
}

/** Waits, asks for the job's status, and goes on with `next` once the job has ended, however it has. */
function untilEnded(scope: Construct, pollInterval: Duration, next: IChainable): IChainable {
  const wait = new Wait(scope, 'WaitForTraining', { time: WaitTime.duration(pollInterval) });
  const describe = retried(
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
