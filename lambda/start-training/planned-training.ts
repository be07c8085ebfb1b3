import { trainingErrors } from '../../core/training-error';
import { channels, type Channel } from '../../core/training-set';
import type { Lake } from '../shared/lake';
import type { ReadyPlan, RowCounts } from '../shared/plan';
import { TrainingError } from '../shared/training-error';
import type { TrainingJobs } from '../shared/training-jobs';
import { checkTrainingSet } from './check-training-set';
import type { StartTrainingConfig } from './config';
import { create } from './logic';

/** What the function answers to a plan alone. */
export interface StartedPlan {
  readonly jobName: string;
  /** False when a job of that name was there: the same data was, or is being, trained on. */
  readonly started: boolean;
  readonly rows: RowCounts;
}

/**
 * Checks a plan's training set and starts its job, for a workflow that has no step between plan and start. Doing it twice starts one job.
 * @throws TrainingError under the names that the state machine retries, or those of `checkTrainingSet`, by which it fails
 */
export async function startPlanned(
  lake: Lake,
  jobs: Pick<TrainingJobs, 'create'>,
  config: StartTrainingConfig,
  plan: ReadyPlan,
): Promise<StartedPlan> {
  const prefixes = Object.fromEntries(channels.map((channel) => [channel, keyOf(lake, plan.trainingSet[channel])])) as Record<
    Channel,
    string
  >;
  const { trainingSet } = config.domain;
  const rows = await checkTrainingSet(lake, trainingSet, prefixes);
  const specification = {
    jobName: plan.jobName,
    hyperparameters: trainingSet.hyperparameters,
    channels: plan.trainingSet,
    onDemand: false,
    tags: {
      'manifest-uri': plan.manifestUri,
      'manifest-sha256': plan.manifestHash,
      'window-start': plan.window.start,
      'window-end': plan.window.end,
    },
  };
  const started = (await create(jobs, specification, config)) === 'created';
  return { jobName: plan.jobName, started, rows };
}

function keyOf(lake: Lake, uri: string): string {
  const start = `s3://${lake.bucket}/`;
  if (!uri.startsWith(start) || !uri.endsWith('/')) {
    throw new TrainingError(trainingErrors.invalidInput, `training set ${uri} is no folder of bucket ${lake.bucket}`);
  }
  return uri.slice(start.length);
}
