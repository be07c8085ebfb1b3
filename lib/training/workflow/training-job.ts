import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, JsonPath, Pass, Wait, WaitTime, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { trainingErrors } from '../../../core/training-error';
import type { Outcomes } from './outcomes';
import { retried, type Steps, type TrainingWorkflowProps } from './steps';

/**
 * Starts the job of a training set, or takes the one that is there, waits for its end and records it. A job that finds no spot capacity is
 * followed by one that does without; a budget that is spent holds the run back.
 *
 * @param next what follows on a trained model, with `$.started` and `$.record`
 */
export function trainingJob(
  scope: Construct,
  steps: Steps,
  outcomes: Outcomes,
  props: TrainingWorkflowProps,
  next: IChainable,
): IChainable {
  const { functions } = props;
  const capacity = (id: string, onDemand: boolean): Pass =>
    Pass.jsonPath(scope, id, { parameters: { onDemand }, resultPath: '$.capacity' });
  const start = steps.invoke(
    'StartTraining',
    functions.startTraining,
    {
      plan: JsonPath.objectAt('$.plan'),
      card: JsonPath.objectAt('$.card'),
      capacity: JsonPath.objectAt('$.capacity'),
      force: JsonPath.objectAt('$.window.force'),
    },
    '$.started',
  );
  // Room in the account may become free, so this is given up only after half an hour.
  start.addRetry({
    errors: [trainingErrors.resourceLimitExceeded],
    interval: Duration.minutes(1),
    backoffRate: 2,
    maxAttempts: 5,
  });
  start.addCatch(heldByBudget(scope, outcomes), { errors: [trainingErrors.budgetExceeded], resultPath: '$.failure' });
  steps.caught(start);

  const record = steps.caught(
    steps.invoke(
      'RecordModel',
      functions.recordModel,
      {
        jobName: JsonPath.stringAt('$.started.jobName'),
        plan: JsonPath.objectAt('$.plan'),
        card: JsonPath.objectAt('$.card'),
        started: JsonPath.objectAt('$.started'),
        capacity: JsonPath.objectAt('$.capacity'),
      },
      '$.record',
    ),
  );
  const outcome = (name: string): Condition => Condition.stringEquals('$.record.outcome', name);
  record.next(
    new Choice(scope, 'HowDidTrainingEnd')
      .when(outcome('trained'), next)
      .when(outcome('no-spot'), capacity('TrainOnDemand', true).next(start))
      .otherwise(
        steps.failure('TrainingJobFailed', {
          Error: 'TrainingFailed',
          Cause: JsonPath.stringAt('$.record.failureReason'),
        }),
      ),
  );
  start.next(untilEnded(scope, steps, props.pollInterval, record));
  return capacity('Capacity', false).next(start);
}

/** What the function said is the reason for which the run is held back. */
function heldByBudget(scope: Construct, outcomes: Outcomes): IChainable {
  const read = Pass.jsonPath(scope, 'ReadBudgetError', {
    parameters: { error: JsonPath.stringAt('States.StringToJson($.failure.Cause)') },
    resultPath: '$.exceeded',
  });
  const held = Pass.jsonPath(scope, 'HeldByBudget', {
    parameters: { reason: JsonPath.stringAt('$.exceeded.error.errorMessage') },
    resultPath: '$.held',
  });
  return read.next(held).next(outcomes.held);
}

/** Waits, asks for the job's status, and goes on with `next` once the job has ended, however it has. */
function untilEnded(scope: Construct, steps: Steps, pollInterval: Duration, next: IChainable): IChainable {
  const wait = new Wait(scope, 'WaitForTraining', { time: WaitTime.duration(pollInterval) });
  const describe = steps.caught(
    retried(
      CallAwsService.jsonPath(scope, 'DescribeTrainingJob', {
        service: 'sagemaker',
        action: 'describeTrainingJob',
        parameters: { TrainingJobName: JsonPath.stringAt('$.started.jobName') },
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
