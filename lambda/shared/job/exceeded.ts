import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import { typedCall } from '../api-error';
import { budgetSpanMs, overBudget, type SpentJob } from './budget';
import type { JobBudget } from './job-config';
import type { ListedJob, TrainingJobs } from './training-jobs';

/**
 * Why the budget does not allow for so many more jobs, whoever launches them; undefined when it does.
 *
 * @param now milliseconds since the epoch
 * @throws TrainingError for an error of the API that is one of ours
 */
export async function exceeded(
  jobs: Pick<TrainingJobs, 'list' | 'describe'>,
  budget: JobBudget,
  now: number,
  wanted = 1,
): Promise<string | undefined> {
  const recent = new Map<string, ListedJob>();
  for (const prefix of budget.jobNamePrefixes) {
    const listed = await typedCall(`ListTrainingJobs ${prefix}-`, jobs.list(`${prefix}-`, now - budgetSpanMs));
    listed.forEach((job) => recent.set(job.name, job));
  }
  // One call for each job, and only while there are fewer than may be started.
  const areFew = recent.size + wanted <= budget.maxJobs;
  const spent = await Promise.all(
    [...recent.keys()].map(async (name) =>
      areFew ? spentJob(await typedCall(`DescribeTrainingJob ${name}`, jobs.describe(name))) : { instances: 0 },
    ),
  );
  return overBudget(budget, spent, now, wanted);
}

function spentJob({ ResourceConfig, TrainingStartTime, TrainingEndTime }: DescribeTrainingJobResponse): SpentJob {
  return {
    instances: ResourceConfig?.InstanceCount ?? 1,
    ...(TrainingStartTime !== undefined && { startedAt: TrainingStartTime.getTime() }),
    ...(TrainingEndTime !== undefined && { endedAt: TrainingEndTime.getTime() }),
  };
}
