import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import { trainingErrors } from '../../core/training-error';
import { errorName, typedApiError } from '../shared/api-error';
import { TrainingError } from '../shared/training-error';
import type { TrainingJobs } from '../shared/training-jobs';
import { nextAttempt } from './attempts';
import { budgetSpanMs, overBudget, type Budget, type SpentJob } from './budget';
import { hyperparametersFor } from './class-weight';
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
  const statuses = new Map((await list(jobs, plan.jobName)).map(({ name, status }) => [name, status]));
  for (;;) {
    const { kind, jobName } = nextAttempt(plan.jobName, statuses);
    if (kind === 'reuse') {
      const { EnableManagedSpotTraining: isSpot = false } = await describe(jobs, jobName);
      return { jobName, started: false, onDemand: !isSpot, rows: card.rows };
    }
    const exceeded = await whatIsExceeded(jobs, config.budget, now);
    if (exceeded !== undefined && !event.force) {
      throw new TrainingError(trainingErrors.budgetExceeded, `${exceeded}; start the run with force to train nevertheless`);
    }
    const onDemand = event.capacity.onDemand || config.spotMaxWaitSeconds === undefined;
    if ((await create(jobs, specificationOf(jobName, onDemand, config, event), config)) === 'created') {
      return { jobName, started: true, onDemand, rows: card.rows, ...(exceeded !== undefined && { overBudget: exceeded }) };
    }
    // A run beside this one was faster, or the listing did not have the job yet.
    statuses.set(jobName, (await describe(jobs, jobName)).TrainingJobStatus ?? 'unknown');
  }
}

function specificationOf(
  jobName: string,
  onDemand: boolean,
  config: StartTrainingConfig,
  { plan, card }: StartTrainingEvent,
): JobSpecification {
  return {
    jobName,
    hyperparameters: hyperparametersFor(config.domain.trainingSet, card),
    channels: plan.channels,
    onDemand,
    tags: {
      'manifest-uri': plan.manifestUri,
      'manifest-sha256': plan.manifestHash,
      'window-start': plan.window.start,
      'window-end': plan.window.end,
      cutoff: plan.cutoff,
    },
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

/** Why the budget allows for no further job; undefined when it does. */
async function whatIsExceeded(jobs: TrainingJobs, budget: Budget & { readonly jobNamePrefix: string }, now: number) {
  const recent = await list(jobs, `${budget.jobNamePrefix}-`, now - budgetSpanMs);
  // One call for each job, and only while there are fewer than may be started.
  const spent = await Promise.all(
    recent.map(async ({ name }) => (recent.length < budget.maxJobs ? spentJob(await describe(jobs, name)) : { instances: 0 })),
  );
  return overBudget(budget, spent, now);
}

function spentJob({ ResourceConfig, TrainingStartTime, TrainingEndTime }: DescribeTrainingJobResponse): SpentJob {
  return {
    instances: ResourceConfig?.InstanceCount ?? 1,
    ...(TrainingStartTime !== undefined && { startedAt: TrainingStartTime.getTime() }),
    ...(TrainingEndTime !== undefined && { endedAt: TrainingEndTime.getTime() }),
  };
}

const list = (jobs: TrainingJobs, prefix: string, createdAfter?: number): ReturnType<TrainingJobs['list']> =>
  jobs.list(prefix, createdAfter).catch((error: unknown) => {
    throw typedApiError(error, `ListTrainingJobs ${prefix}`);
  });

const describe = (jobs: TrainingJobs, name: string): Promise<DescribeTrainingJobResponse> =>
  jobs.describe(name).catch((error: unknown) => {
    throw typedApiError(error, `DescribeTrainingJob ${name}`);
  });
