import { scheduleGap } from '../../../lib/config/schedule';

describe('the longest time between two runs of a schedule', () => {
  it.each([
    ['rate(1 day)', 24],
    ['rate(90 minutes)', 1.5],
    ['rate(12 hours)', 12],
    ['cron(15 2 * * ? *)', 24],
    ['cron(0/15 * * * ? *)', 0.25],
    ['cron(0 6,18 * * ? *)', 12],
    ['cron(0 8-17 * * ? *)', 15],
    ['cron(0 2 ? * SUN *)', 168],
    ['cron(0 2 ? * MON-FRI *)', 72],
    ['cron(0 2 ? * 2,4 *)', 120],
    ['cron(0 2 ? * WED *)', 168],
    ['cron(0 2 1 * ? *)', 31 * 24],
    ['cron(0 2 1 JAN,JUL ? *)', 184 * 24],
  ])('of %s is %p hours', (expression, hours) => {
    expect(scheduleGap(expression)).toEqual({ kind: 'hours', hours });
  });

  it.each(['cron(0 2 L * ? *)', 'cron(0 2 ? * 6L *)', 'cron(0 2 ? * 2#1 *)', 'cron(0 2 15W * ? *)', 'cron(0 2 * * ? 2030)'])(
    'is not worked out for %s',
    (expression) => {
      expect(scheduleGap(expression)).toEqual({ kind: 'unknown' });
    },
  );

  it.each([
    'daily',
    'rate(0 days)',
    'rate(1 week)',
    'rate(1.5 hours)',
    'cron(15 2 * * *)',
    'cron(60 2 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 2 * * * *)',
    'cron(0 2 ? * ? *)',
    'cron(0 2 ? * FUN *)',
    'cron(0 2 ? * 8 *)',
    'cron(0 17-8 * * ? *)',
    'cron(0/0 2 * * ? *)',
    'cron(0 2 31 FEB ? *)',
  ])('does not exist for %s, which is no schedule', (expression) => {
    expect(scheduleGap(expression)).toEqual({ kind: 'invalid' });
  });
});
