import { hourMs } from '../../../core/features/statistics';

/** What training may cost within a day, whoever starts it and however often. */
export interface Budget {
  /** Most jobs. */
  readonly maxJobs: number;
  /** Most hours that instances train: those of a job count once for each of its instances. */
  readonly maxHours: number;
}

/** The span that a budget is for, in milliseconds: the last 24 hours. */
export const budgetSpanMs = 24 * hourMs;

/** A job that was created within the span. */
export interface SpentJob {
  /** When its instances began, in milliseconds since the epoch. @default - they have not */
  readonly startedAt?: number;
  /** @default - they have not ended */
  readonly endedAt?: number;
  readonly instances: number;
}

/**
 * Hours that the instances of jobs have trained until `now`: the time that is billed, but that what an interrupted spot job loses is not.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html (TrainingEndTime)
 */
export function hoursOf(jobs: readonly SpentJob[], now: number): number {
  const spent = jobs.map(({ startedAt, endedAt, instances }) =>
    startedAt === undefined ? 0 : Math.max(0, (endedAt ?? now) - startedAt) * instances,
  );
  return spent.reduce((sum, each) => sum + each, 0) / hourMs;
}

/**
 * Why no further job may be started, for a person; undefined when one may.
 * @param wanted how many are to be started @default 1
 */
export function overBudget(
  { maxJobs, maxHours }: Budget,
  jobs: readonly SpentJob[],
  now: number,
  wanted = 1,
): string | undefined {
  if (jobs.length + wanted > maxJobs) {
    const more = wanted === 1 ? '' : ` and ${wanted} more are to be`;
    return `${jobs.length} training jobs were started within 24 hours${more}, ${maxJobs} are allowed`;
  }
  const hours = hoursOf(jobs, now);
  return hours >= maxHours
    ? `training took ${hours.toFixed(2)} instance hours within 24 hours, ${maxHours} are allowed`
    : undefined;
}
