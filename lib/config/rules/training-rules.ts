import { xgboostAccounts } from '../../training/xgboost-accounts';
import type { TrainingConfig } from '../pipeline-config';
import { scheduleGap } from '../schedule';
import { refuse, type Rule } from './rule';

/**
 * A poll costs about 10 of the 25,000 events that a standard execution's history holds; a tenth is kept for the rest.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const maxPolls = { ofWindow: 500, ofJob: 1_500 };

/**
 * For how long a run asks for jobs: one on spot capacity, and after it one that does without; and before it a tuning job, whose training
 * jobs come so many at a time, on spot capacity and again without. In seconds.
 */
export const jobSeconds = ({ maxRuntimeSeconds, maxWaitSeconds, tuning, useSpot }: TrainingConfig): number =>
  (1 + Math.ceil(tuning.maxJobs / tuning.maxParallelJobs)) * (maxWaitSeconds + (useSpot ? maxRuntimeSeconds : 0));

const jobsOfRun =
  '`training.maxWaitSeconds`, and on spot capacity `training.maxRuntimeSeconds` more, once for the model and once for every `training.tuning.maxParallelJobs` of `training.tuning.maxJobs`';

/** When a training run may start, how long it may take, and in what image. */
export const trainingRules: readonly Rule[] = [
  {
    asks: '`training.schedule` is one that EventBridge Scheduler takes: `rate(2 hours)`, or `cron(...)` with six fields, of the two for the day one `?`',
    check: ({ training: { schedule } }) =>
      scheduleGap(schedule).kind === 'invalid'
        ? refuse(
            'training.schedule',
            schedule,
            'such as rate(2 hours) or cron(15 2 * * ? *): minute, hour, day, month, weekday, year',
          )
        : undefined,
  },
  {
    asks: '`training.allowedLatenessSeconds` is within `ingestion.retentionHours`',
    because: 'what is no longer on the stream cannot arrive any more',
    check: ({ training: { allowedLatenessSeconds }, ingestion: { retentionHours } }) =>
      allowedLatenessSeconds > retentionHours * 3_600
        ? refuse(
            'training.allowedLatenessSeconds',
            allowedLatenessSeconds,
            `an integer from 0 to ${retentionHours * 3_600} (the stream's retention)`,
          )
        : undefined,
  },
  {
    asks: '`training.maxWaitSeconds` ≥ `training.maxRuntimeSeconds`',
    because: 'on spot capacity the time for waiting has the time for running in it',
    check: ({ training: { maxWaitSeconds, maxRuntimeSeconds } }) =>
      maxWaitSeconds < maxRuntimeSeconds
        ? refuse(
            'training.maxWaitSeconds',
            maxWaitSeconds,
            `an integer from ${maxRuntimeSeconds} to 864000 (at least training.maxRuntimeSeconds)`,
          )
        : undefined,
  },
  {
    asks: `\`lake.trainingSetRetentionDays\` is longer than the jobs of a run may take (${jobsOfRun})`,
    because: 'a model is judged on rows of its training set, and a job may begin late',
    check: ({ training, lake: { trainingSetRetentionDays } }) => {
      const fewest = Math.floor(jobSeconds(training) / 86_400) + 1;
      return trainingSetRetentionDays < fewest
        ? refuse(
            'lake.trainingSetRetentionDays',
            trainingSetRetentionDays,
            `an integer from ${fewest} to 36500 (longer than the jobs of a run)`,
          )
        : undefined;
    },
  },
  {
    asks: `\`training.windowPollSeconds\` asks at most ${maxPolls.ofWindow} times in \`training.windowLimitSeconds\``,
    because: 'a run of the state machine has room for 25,000 events, and each question makes about ten',
    check: ({ training: { windowLimitSeconds, windowPollSeconds } }) => {
      const fewest = Math.ceil(windowLimitSeconds / maxPolls.ofWindow);
      return windowPollSeconds < fewest
        ? refuse(
            'training.windowPollSeconds',
            windowPollSeconds,
            `an integer from ${fewest} to 3600 (at most ${maxPolls.ofWindow} polls in training.windowLimitSeconds)`,
          )
        : undefined;
    },
  },
  {
    asks: `\`training.pollIntervalSeconds\` asks at most ${maxPolls.ofJob.toLocaleString('en')} times while the jobs of a run take as long as they may (${jobsOfRun})`,
    because:
      'a job that finds no spot capacity is followed by one that does without, in the same run, which has room for 25,000 events',
    check: ({ training }) => {
      const fewest = Math.ceil(jobSeconds(training) / maxPolls.ofJob);
      return training.pollIntervalSeconds < fewest
        ? refuse(
            'training.pollIntervalSeconds',
            training.pollIntervalSeconds,
            `an integer from ${fewest} to 3600 (at most ${maxPolls.ofJob} polls of the jobs of a run)`,
          )
        : undefined;
    },
  },
  {
    asks: '`training.maxJobsPerDay` has room for `training.tuning.maxJobs` and the job that follows',
    because: 'a run would be held back after its tuning has been paid for, or never start',
    check: ({ training: { maxJobsPerDay, tuning } }) =>
      tuning.maxJobs > 0 && tuning.maxJobs + 1 > maxJobsPerDay
        ? refuse(
            'training.maxJobsPerDay',
            maxJobsPerDay,
            `an integer from ${tuning.maxJobs + 1} to 1000 (training.tuning.maxJobs, and the job that follows)`,
          )
        : undefined,
  },
  {
    asks: '`training.tuning.maxJobs` is 0 with `training.image`',
    because: 'SageMaker knows of its own images by which lines of the log a trial tells how good it is, and of no others',
    check: ({ training: { image, tuning } }) =>
      image !== undefined && tuning.maxJobs > 0
        ? refuse('training.tuning.maxJobs', tuning.maxJobs, '0 with an image of one’s own (training.image)')
        : undefined,
  },
  {
    asks: '`training.image` is given in a region for which no image of SageMaker’s is known',
    check: ({ region, training: { image } }) =>
      region !== undefined && image === undefined && !Object.hasOwn(xgboostAccounts, region)
        ? refuse('training.image', undefined, `given in ${region}: no image of SageMaker's is known there`)
        : undefined,
  },
  {
    asks: '`training.image` is in `region`, when there is one',
    because: 'SageMaker pulls images from its own region only',
    check: ({ region, training: { image } }) => {
      const wrong = region !== undefined && image !== undefined && image.split('.')[3] !== region;
      return wrong ? refuse('training.image', image, `in ${region} (region)`) : undefined;
    },
  },
];
