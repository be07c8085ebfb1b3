import { xgboostAccounts } from '../../training/xgboost-accounts';
import { scheduleGap } from '../schedule';
import { refuse, type Rule } from './rule';

/** A poll costs about 10 of the 25,000 events that a standard execution's history holds; a tenth is kept for the rest. */
const maxPolls = 2_000;

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
    asks: `\`training.pollIntervalSeconds\` asks at most ${maxPolls.toLocaleString('en')} times in \`training.maxWaitSeconds\``,
    because: 'a run of the state machine has room for 25,000 events, and each question makes about ten',
    check: ({ training: { maxWaitSeconds, pollIntervalSeconds } }) => {
      const fewest = Math.ceil(maxWaitSeconds / maxPolls);
      return pollIntervalSeconds < fewest
        ? refuse(
            'training.pollIntervalSeconds',
            pollIntervalSeconds,
            `an integer from ${fewest} to 3600 (at most ${maxPolls} polls in training.maxWaitSeconds)`,
          )
        : undefined;
    },
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
