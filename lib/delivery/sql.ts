import { splitSelect, timestampLiteral, type TrainingSet } from '../../core/training-set';

/**
 * Pieces of SQL that Athena (Trino) and DuckDB read alike. A decimal literal times an integer would be rounded to one digit by
 * Trino, so shares are computed with doubles.
 */

/** The time at which the query runs, UTC, without a zone: comparable with the tables' times. */
export const now = 'CAST(current_timestamp AS timestamp)';

/** The condition that keeps to the partitions of the last days: so a query reads no more than it must. */
export function delivered(days: number): string {
  return `"date" >= CAST(CAST(current_date - INTERVAL '${days}' DAY AS date) AS varchar)`;
}

/**
 * The condition that keeps to the partitions in which rows of an event time can lie: none is delivered before it was measured, but
 * for what its device's clock may be ahead.
 */
export function deliveredSince(eventTime: string, aheadMs: number): string {
  const days = Math.ceil(aheadMs / 86_400_000);
  return `"date" >= CAST(CAST(${eventTime} - INTERVAL '${days}' DAY AS date) AS varchar)`;
}

/** Seconds from one time to another, as a double. */
export function secondsBetween(from: string, to: string): string {
  return `CAST(date_diff('millisecond', ${from}, ${to}) AS double) / 1000`;
}

/** What part of the rows a count is, in percent, to two digits. */
export function percentOf(part: string, all: string): string {
  return `round(100 * CAST(${part} AS double) / ${all}, 2)`;
}

/** The SQL of start and end of the window that a training at the beginning of this hour would take. */
export function currentWindow({ windowDays }: TrainingSet): { readonly start: string; readonly end: string } {
  const end = `date_trunc('hour', ${now})`;
  return {
    start: windowDays === undefined ? timestampLiteral(0) : `(${end} - INTERVAL '${windowDays}' DAY)`,
    end,
  };
}

/** Times that no domain's SQL would name of itself, each far from the others. */
const standIn = { start: Date.UTC(1600), end: Date.UTC(1700), arrivedBefore: Date.UTC(1800) };
const aroundStandIn = 40 * 365 * 86_400_000;

/**
 * The rows of the domain's training set for the current window, each with its split: the literals that come of the window and of the
 * cutoff, times and days, become expressions.
 */
export function currentTrainingSql(trainingSet: TrainingSet): string {
  const { start, end, arrivedBefore } = standIn;
  const expressions = { ...currentWindow(trainingSet), arrivedBefore: now };
  const relative = (time: string): string | undefined => {
    const at = Date.parse(time);
    const edge = (['start', 'end', 'arrivedBefore'] as const).find((name) => Math.abs(at - standIn[name]) < aroundStandIn);
    if (edge === undefined) {
      return undefined;
    }
    const seconds = (at - standIn[edge]) / 1000;
    const sign = seconds < 0 ? '-' : '+';
    return seconds === 0 ? expressions[edge] : `(${expressions[edge]} ${sign} INTERVAL '${Math.abs(seconds)}' SECOND)`;
  };
  return splitSelect(trainingSet, { window: { start, end }, arrivedBefore })
    .replace(/TIMESTAMP '(\d[^']*)'/g, (literal, time: string) => relative(`${time.replace(' ', 'T')}Z`) ?? literal)
    .replace(/'(\d{4}-\d\d-\d\d)'/g, (literal, day: string) => {
      // Midnight of the stand-in is the beginning of a day; of another time of day, less as many whole days is no later.
      const expression = relative(`${day}T00:00:00Z`);
      return expression === undefined ? literal : `CAST(CAST(${expression} AS date) AS varchar)`;
    });
}
