import { scheduleGap } from '../schedule';
import { refuse, type Rule } from './rule';

/** When rows are scored. */
export const scoringRules: readonly Rule[] = [
  {
    asks: '`scoring.schedule` is one that EventBridge Scheduler takes: `rate(2 hours)`, or `cron(...)` with six fields, of the two for the day one `?`',
    check: ({ scoring: { schedule } }) =>
      scheduleGap(schedule).kind === 'invalid'
        ? refuse(
            'scoring.schedule',
            schedule,
            'such as rate(2 hours) or cron(15 2 * * ? *): minute, hour, day, month, weekday, year',
          )
        : undefined,
  },
  {
    asks: '`monitoring.scoringLateHours` is more than the hours between two times of `scoring.schedule`, where it is on and there are alarms',
    because: 'rows wait that long by design',
    check: ({ monitoring: { alarms, scoringLateHours }, scoring: { schedule, scheduled } }) => {
      const gap = scheduleGap(schedule);
      return alarms && scheduled && gap.kind === 'hours' && gap.hours >= scoringLateHours
        ? refuse('monitoring.scoringLateHours', scoringLateHours, `more than ${gap.hours} (scoring.schedule)`)
        : undefined;
    },
  },
];
