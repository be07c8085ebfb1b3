import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Choice, Condition, JsonPath, Pass, Wait, WaitTime, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { setCapacity, startsJob } from './start-job';
import { retried, type Steps } from './steps';

export interface TuningJobProps {
  readonly startTuning: IFunction;
  readonly pollInterval: Duration;
  /** Where the step goes that the budget has no room for. */
  readonly heldByBudget: IChainable;
}

/**
 * Starts the tuning job of a training set, or takes the one that is there, and waits for its end. One that trained on spot capacity and
 * has found nothing is followed by one that does without, for that may be why; one that has found nothing then ends the run.
 *
 * @param next what follows on hyperparameters that are found, in `$.tuned`
 */
export function tuningJob(scope: Construct, steps: Steps, props: TuningJobProps, next: IChainable): IChainable {
  const start = startsJob(steps, 'StartTuning', props.startTuning, '$.tuning', props.heldByBudget);
  const take = Pass.jsonPath(scope, 'TakeTuned', {
    parameters: {
      tuningJobName: JsonPath.stringAt('$.tuning.tuningJobName'),
      hyperparameters: JsonPath.objectAt(best),
    },
    resultPath: '$.tuned',
  }).next(next);
  const failed = (id: string, Cause: string): IChainable => steps.failure(id, { Error: 'TuningFailed', Cause });
  const status = (name: string): Condition => Condition.stringEquals('$.tuned.HyperParameterTuningJobStatus', name);
  const ended = new Choice(scope, 'HowDidTuningEnd')
    .when(Condition.and(status('Completed'), Condition.isPresent(best)), take)
    // What some of its jobs have found depends on when it was stopped: the same data would give another model.
    .when(status('Stopped'), failed('TuningStopped', 'The tuning job was stopped: by a person, or by a program that may.'))
    .when(Condition.booleanEquals('$.tuning.onDemand', false), setCapacity(scope, 'TuneOnDemand', true).next(start))
    .when(Condition.isPresent('$.tuned.FailureReason'), failed('TuningJobFailed', JsonPath.stringAt('$.tuned.FailureReason')))
    .otherwise(failed('TuningFoundNothing', 'None of the training jobs of the tuning job has reported its objective metric.'));
  start.next(untilEnded(scope, steps, props.pollInterval, ended));
  return start;
}

/** What the best training job of a tuning job has, if any has reported its objective metric. */
const best = '$.tuned.BestTrainingJob.TunedHyperParameters';

/**
 * Waits, asks for the tuning job's description, and goes on with `next` once it has ended, however it has. All of the description is kept
 * until then, some kilobytes: what it lacks, as long as nothing is found, cannot be selected.
 */
function untilEnded(scope: Construct, steps: Steps, pollInterval: Duration, next: IChainable): IChainable {
  const wait = new Wait(scope, 'WaitForTuning', { time: WaitTime.duration(pollInterval) });
  const describe = steps.caught(
    retried(
      CallAwsService.jsonPath(scope, 'DescribeTuningJob', {
        service: 'sagemaker',
        action: 'describeHyperParameterTuningJob',
        parameters: { HyperParameterTuningJobName: JsonPath.stringAt('$.tuning.tuningJobName') },
        resultPath: '$.tuned',
        iamResources: [],
      }),
      ['SageMaker.SageMakerException', 'SageMaker.SdkClientException'],
    ),
  );
  const status = (name: string): Condition => Condition.stringEquals('$.tuned.HyperParameterTuningJobStatus', name);
  const ended = new Choice(scope, 'HasTuningEnded')
    .when(Condition.or(status('Completed'), status('Failed'), status('Stopped')), next)
    .otherwise(wait);
  return wait.next(describe).next(ended);
}
