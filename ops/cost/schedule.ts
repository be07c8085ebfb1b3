import { daysPerMonth } from './measured';

const perDay: Readonly<Record<string, number>> = { minute: 24 * 60, hour: 24, day: 1 };

/**
 * How often a schedule fires in a month, as EventBridge Scheduler reads `rate(...)` and `cron(...)`; months and years of a cron
 * expression are taken to be all.
 *
 * @throws RangeError for an expression that it cannot read
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function runsPerMonth(schedule: string): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule);
  if (rate !== null) {
    return ((perDay[rate[2] ?? ''] ?? 0) / Number(rate[1])) * daysPerMonth;
  }
  const [minutes, hours, days, , weekdays] = /^cron\((.+)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/) ?? [];
  if (minutes === undefined || hours === undefined || days === undefined || weekdays === undefined) {
    throw new RangeError(`${schedule} is neither rate(...) nor cron(...)`);
  }
  const any = (field: string): boolean => field === '*' || field === '?';
  const daysOfMonth = any(days)
    ? any(weekdays)
      ? daysPerMonth
      : (valuesOf(weekdays, 1, 7) / 7) * daysPerMonth
    : valuesOf(days, 1, 31);
  return valuesOf(minutes, 0, 59) * valuesOf(hours, 0, 23) * daysOfMonth;
}

/** How many values a field of a cron expression names. */
function valuesOf(field: string, first: number, last: number): number {
  return field.split(',').reduce((sum, part) => sum + valuesOfPart(part, first, last), 0);
}

function valuesOfPart(part: string, first: number, last: number): number {
  const [range = '', step] = part.split('/');
  const every = step === undefined ? 1 : Number(step);
  if (range === '*') {
    return Math.ceil((last - first + 1) / every);
  }
  const [from, to] = range.split('-').map(dayOrNumber);
  if (from === undefined) {
    return 1;
  }
  return to === undefined ? (step === undefined ? 1 : Math.ceil((last - from + 1) / every)) : Math.ceil((to - from + 1) / every);
}

const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const dayOrNumber = (text: string): number => (weekdayNames.includes(text) ? weekdayNames.indexOf(text) + 1 : Number(text));
