import { Choice, Condition, JsonPath, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { heldByBudget } from './held-by-budget';
import type { Outcomes } from './outcomes';
import { setCapacity, startsJob } from './start-job';
import type { Steps, TrainingWorkflowProps } from './steps';
import { tuningJob } from './tuning-job';
import { untilEnded } from './until-ended';

/**
 * Starts the job of a training set, or takes the one that is there, waits for its end and records it: after a tuning job, when there is a
 * function that starts one. A job that finds no spot capacity is followed by one that does without; a budget that is spent holds the run
 * back.
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
  const { startTuning } = functions;
  const tuned = startTuning === undefined ? {} : { tuned: JsonPath.objectAt('$.tuned') };
  const budget = heldByBudget(scope, outcomes);
  const start = startsJob(steps, 'StartTraining', functions.startTraining, '$.started', budget, tuned);

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
        ...tuned,
      },
      '$.record',
    ),
  );
  const outcome = (name: string): Condition => Condition.stringEquals('$.record.outcome', name);
  record.next(
    new Choice(scope, 'HowDidTrainingEnd')
      .when(outcome('trained'), next)
      .when(outcome('no-spot'), setCapacity(scope, 'TrainOnDemand', true).next(start))
      .otherwise(
        steps.failure('TrainingJobFailed', {
          Error: 'TrainingFailed',
          Cause: JsonPath.stringAt('$.record.failureReason'),
        }),
      ),
  );
  const awaited = {
    id: 'Training',
    describe: {
      id: 'DescribeTrainingJob',
      action: 'describeTrainingJob',
      parameters: { TrainingJobName: JsonPath.stringAt('$.started.jobName') },
      // Only what a job always has: to select a field that is missing fails the state. FailureReason is one.
      resultSelector: {
        TrainingJobName: JsonPath.stringAt('$.TrainingJobName'),
        TrainingJobStatus: JsonPath.stringAt('$.TrainingJobStatus'),
      },
      resultPath: '$.job',
    },
    status: '$.job.TrainingJobStatus',
    pollInterval: props.pollInterval,
  };
  start.next(untilEnded(scope, steps, awaited, record));
  const first =
    startTuning === undefined
      ? start
      : tuningJob(scope, steps, { startTuning, pollInterval: props.pollInterval, heldByBudget: budget }, start);
  return setCapacity(scope, 'Capacity', false).next(first);
}
