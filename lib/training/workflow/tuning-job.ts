import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Choice, Condition, JsonPath, Pass, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { setCapacity, startsJob } from './start-job';
import type { Steps } from './steps';
import { untilEnded } from './until-ended';

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
  const awaited = {
    id: 'Tuning',
    // All of the description is kept until it has ended, some kilobytes: what it lacks, as long as nothing is found, cannot be selected.
    describe: {
      id: 'DescribeTuningJob',
      action: 'describeHyperParameterTuningJob',
      parameters: { HyperParameterTuningJobName: JsonPath.stringAt('$.tuning.tuningJobName') },
      resultPath: '$.tuned',
    },
    status: '$.tuned.HyperParameterTuningJobStatus',
    pollInterval: props.pollInterval,
  };
  start.next(untilEnded(scope, steps, awaited, ended));
  return start;
}

/** What the best training job of a tuning job has, if any has reported its objective metric. */
const best = '$.tuned.BestTrainingJob.TunedHyperParameters';
