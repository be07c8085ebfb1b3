import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { channels, type Channel } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import type { Lake } from '../shared/lake';
import type { ReadyPlan, RowCounts } from '../shared/plan';
import { TrainingError } from '../shared/training-error';
import { checkTrainingSet } from './check-training-set';
import type { StartTrainingConfig } from './config';
import { jobRequest } from './job-request';

/** What the function answers. */
export interface StartedTraining {
  readonly jobName: string;
  /** False when a job of that name was there: the same data was, or is being, trained on. */
  readonly started: boolean;
  readonly rows: RowCounts;
}

/** Starts a training job; rejects with the SDK's errors. */
export type CreateTrainingJob = (request: CreateTrainingJobRequest) => Promise<void>;

/** Names under which calls are refused for their number. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html */
const throttlingNames: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);

/**
 * Checks a plan's training set and starts its job. Doing it twice starts one job.
 * @throws TrainingError under the names that the state machine retries (`ResourceLimitExceeded`, `ThrottlingException`), or those of
 *   `checkTrainingSet`, by which it fails
 */
export async function startTraining(
  lake: Lake,
  createTrainingJob: CreateTrainingJob,
  config: StartTrainingConfig,
  plan: ReadyPlan,
): Promise<StartedTraining> {
  const prefixes = Object.fromEntries(channels.map((channel) => [channel, keyOf(lake, plan.trainingSet[channel])])) as Record<
    Channel,
    string
  >;
  const rows = await checkTrainingSet(lake, config.domain.trainingSet, prefixes);
  try {
    await createTrainingJob(jobRequest(plan, config));
    return { jobName: plan.jobName, started: true, rows };
  } catch (error: unknown) {
    const name = error instanceof Error ? error.name : '';
    const message = error instanceof Error ? error.message : '';
    if (name === 'ResourceInUse') {
      return { jobName: plan.jobName, started: false, rows };
    }
    if (name === 'ResourceLimitExceeded') {
      throw new TrainingError(trainingErrors.resourceLimitExceeded, message, { cause: error });
    }
    if (throttlingNames.has(name)) {
      throw new TrainingError(trainingErrors.throttled, message, { cause: error });
    }
    throw error;
  }
}

function keyOf(lake: Lake, uri: string): string {
  const start = `s3://${lake.bucket}/`;
  if (!uri.startsWith(start) || !uri.endsWith('/')) {
    throw new TrainingError(trainingErrors.invalidInput, `training set ${uri} is no folder of bucket ${lake.bucket}`);
  }
  return uri.slice(start.length);
}
