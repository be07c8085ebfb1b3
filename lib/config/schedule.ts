/** Minutes of what `rate(...)` counts in. */
const rateUnits: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;

/** The fields of `cron(...)` in their order, with what they may hold. */
const cronFields = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: months },
  { name: 'weekday', from: 1, to: 7, names: weekdays },
  { name: 'year', from: 1970, to: 2199, names: [] },
] as const;
type CronField = (typeof cronFields)[number];

const minutesPerDay = 24 * 60;
/** Four years hold every weekday, month and leap day there is. */
const daysLookedAt = 4 * 366;

/** How far apart the times of a schedule are. */
export type ScheduleGap =
  /** The longest time between two, in hours. */
  | { readonly kind: 'hours'; readonly hours: number }
  /** It uses `L`, `W`, `#` or a year: valid perhaps, and not worked out here. */
  | { readonly kind: 'unknown' }
  /** EventBridge Scheduler would refuse it. */
  | { readonly kind: 'invalid' };

/**
 * How far apart the times of a schedule can be.
 * @param expression `rate(...)` or `cron(...)`
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function scheduleGap(expression: string): ScheduleGap {
  const [, kind, inner = ''] = /^(rate|cron)\((.+)\)$/.exec(expression) ?? [];
  return kind === 'rate' ? rateGap(inner) : kind === 'cron' ? cronGap(inner) : { kind: 'invalid' };
}

/** Longest that CloudWatch looks back for an alarm. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
export const longestWatchHours = 24 * 7;

/** Whether the absence of a run of this schedule can be noticed: not when runs are a week apart or more. */
export function isAbsenceWatchable(expression: string): boolean {
  const gap = scheduleGap(expression);
  return gap.kind !== 'hours' || gap.hours < longestWatchHours;
}

function rateGap(inner: string): ScheduleGap {
  const [, value = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner) ?? [];
  const minutes = rateUnits[unit];
  return minutes === undefined ? { kind: 'invalid' } : { kind: 'hours', hours: (Number(value) * minutes) / 60 };
}

function cronGap(inner: string): ScheduleGap {
  const texts = inner.split(/ +/);
  const [, , dayText, , weekdayText, yearText] = texts;
  // One of the two days has to be left open, and only one.
  if (texts.length !== cronFields.length || (dayText === '?') === (weekdayText === '?')) {
    return { kind: 'invalid' };
  }
  if (/[LW#]/.test(`${dayText ?? ''} ${(weekdayText ?? '').replace(/WED/g, '')}`) || yearText !== '*') {
    return { kind: 'unknown' };
  }
  const [minute, hour, day, month, weekday] = cronFields.map((field, index) => valuesOf(texts[index] ?? '', field));
  if (!minute || !hour || !day || !month || !weekday) {
    return { kind: 'invalid' };
  }
  const timesOfDay = [...hour].flatMap((h) => [...minute].map((m) => h * 60 + m)).sort((a, b) => a - b);
  const times = Array.from({ length: daysLookedAt }, (_, index) => index)
    .filter((index) => {
      const date = new Date(Date.UTC(2024, 0, 1 + index));
      return month.has(date.getUTCMonth() + 1) && day.has(date.getUTCDate()) && weekday.has(date.getUTCDay() + 1);
    })
    .flatMap((index) => timesOfDay.map((time) => index * minutesPerDay + time));
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const longest = gaps.reduce((most, gap) => Math.max(most, gap), 0);
  return longest === 0 ? { kind: 'invalid' } : { kind: 'hours', hours: longest / 60 };
}

/** The values that a field's text stands for: `*`, `?`, `5`, `1-5`, `0/15`, `MON,FRI`. @returns undefined when it is none of these */
function valuesOf(text: string, { from, to, names }: CronField): ReadonlySet<number> | undefined {
  const numberOf = (item: string): number => {
    const named = (names as readonly string[]).indexOf(item);
    return named >= 0 ? named + from : /^\d+$/.test(item) ? Number(item) : NaN;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const open = range === '*' || range === '?';
    const [first = '', last] = range.split('-');
    const start = open ? from : numberOf(first);
    const end = open ? to : last === undefined ? (part.includes('/') ? to : start) : numberOf(last);
    if (!(start >= from && end <= to && start <= end && Number(step) >= 1)) {
      return undefined;
    }
    for (let value = start; value <= end; value += Number(step)) {
      values.add(value);
    }
  }
  return values;
}
