import { trainingErrors } from '../../core/training-error';
import { errorName, typedApiError, typedCall } from '../shared/api-error';
import { nextAttempt, trainingJobs } from '../shared/job/attempts';
import { hyperparametersFor } from '../shared/job/class-weight';
import { exceeded } from '../shared/job/exceeded';
import { jobTags } from '../shared/job/job-tags';
import type { TrainingJobs } from '../shared/job/training-jobs';
import { tuningTags } from '../shared/job/tuned';
import { TrainingError } from '../shared/training-error';
import type { StartTrainingConfig } from './config';
import type { StartTrainingEvent } from './event';
import { jobRequest, type JobSpecification } from './job-request';

/** What the function answers. */
export interface StartedTraining {
  /** The attempt's: the plan's name, or that with a number. */
  readonly jobName: string;
  /** False when a job on the same data runs already, or is complete: it was not started again. */
  readonly started: boolean;
  /** Whether the job does without spot capacity. */
  readonly onDemand: boolean;
  /** Rows of the training set, by split. */
  readonly rows: Readonly<Record<string, number>>;
  /** By what the budget was exceeded when a person started the run nevertheless. @default - it was not */
  readonly overBudget?: string;
}

/**
 * Starts the job of a plan, unless one on the same data runs or is complete: that one is gone on with. Doing it twice starts one job.
 *
 * @param now milliseconds since the epoch
 * @throws TrainingError `BudgetExceeded`, by which the run is held back; `ResourceLimitExceeded`, `ThrottlingException` or
 *   `ServiceUnavailable`, which pass; `TrainingRequestInvalid`, `TrainingAccessDenied` or `TrainingAttemptsExhausted`, which do not
 */
export async function startTraining(
  jobs: TrainingJobs,
  config: StartTrainingConfig,
  event: StartTrainingEvent,
  now: number,
): Promise<StartedTraining> {
  const { plan, card } = event;
  const listed = await typedCall(`ListTrainingJobs ${plan.jobName}`, jobs.list(plan.jobName));
  const statuses = new Map(listed.map(({ name, status }) => [name, status]));
  const describe = (name: string) => typedCall(`DescribeTrainingJob ${name}`, jobs.describe(name));
  for (;;) {
    const { kind, jobName } = nextAttempt(trainingJobs, plan.jobName, statuses);
    if (kind === 'reuse') {
      const { EnableManagedSpotTraining: isSpot = false } = await describe(jobName);
      return { jobName, started: false, onDemand: !isSpot, rows: card.rows };
    }
    const reason = await exceeded(jobs, config.budget, now);
    if (reason !== undefined && !event.force) {
      throw new TrainingError(trainingErrors.budgetExceeded, `${reason}; start the run with force to train nevertheless`);
    }
    const onDemand = event.capacity.onDemand || config.spotMaxWaitSeconds === undefined;
    if ((await create(jobs, specificationOf(jobName, onDemand, config, event), config)) === 'created') {
      return { jobName, started: true, onDemand, rows: card.rows, ...(reason !== undefined && { overBudget: reason }) };
    }
    // A run beside this one was faster, or the listing did not have the job yet.
    statuses.set(jobName, (await describe(jobName)).TrainingJobStatus ?? 'unknown');
  }
}

function specificationOf(
  jobName: string,
  onDemand: boolean,
  config: StartTrainingConfig,
  { card, plan, tuned }: StartTrainingEvent,
): JobSpecification {
  return {
    jobName,
    hyperparameters: { ...hyperparametersFor(config.domain.trainingSet, card), ...tuned?.hyperparameters },
    channels: plan.channels,
    onDemand,
    tags: jobTags(config, plan, tuned && tuningTags(tuned)),
  };
}

/**
 * Starts a job; 'taken' when its name is.
 * @throws TrainingError for an error of the API that is one of ours
 */
async function create(
  jobs: Pick<TrainingJobs, 'create'>,
  job: JobSpecification,
  config: StartTrainingConfig,
): Promise<'created' | 'taken'> {
  try {
    await jobs.create(jobRequest(job, config));
    return 'created';
  } catch (error: unknown) {
    if (errorName(error) === 'ResourceInUse') {
      return 'taken';
    }
    throw typedApiError(error, `CreateTrainingJob ${job.jobName}`);
  }
}
