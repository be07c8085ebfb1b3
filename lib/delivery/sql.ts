import { timestampLiteral, type TimeWindow, type TrainingSet } from '../../core/training-set';

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

/** A window that no domain's SQL would name of itself. */
const standIn: TimeWindow = { start: Date.UTC(1600), end: Date.UTC(1700) };
const aroundStandIn = 40 * 365 * 86_400_000;

/** The SQL of start and end of the window that a training at the beginning of this hour would take. */
export function currentWindow({ windowDays }: TrainingSet): { readonly start: string; readonly end: string } {
  const end = `date_trunc('hour', ${now})`;
  return {
    start: windowDays === undefined ? timestampLiteral(0) : `(${end} - INTERVAL '${windowDays}' DAY)`,
    end,
  };
}

/** The domain's training SQL for the current window: its literals for start and end, or times near them, become expressions. */
export function currentTrainingSql(trainingSet: TrainingSet): string {
  const window = currentWindow(trainingSet);
  return trainingSet.sql(standIn).replace(/TIMESTAMP '(\d[^']*)'/g, (literal, time: string) => {
    const at = Date.parse(`${time.replace(' ', 'T')}Z`);
    const edge = (['start', 'end'] as const).find((name) => Math.abs(at - standIn[name]) < aroundStandIn);
    if (edge === undefined) {
      return literal;
    }
    const seconds = (at - standIn[edge]) / 1000;
    return seconds === 0 ? window[edge] : `(${window[edge]} + INTERVAL '${seconds}' SECOND)`;
  });
}
