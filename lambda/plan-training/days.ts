import { objectSpanMs, type TimeWindow } from '../../core/training-set';

/** Days of the lake, both inclusive: `2026-11-20`. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** What decides in which days the rows that a training set is made from can lie. */
export interface DaysInput {
  readonly window: TimeWindow;
  /** Furthest that event_time may lie after the arrival, in milliseconds. */
  readonly aheadMs: number;
  /** How far before the window rows are looked up, in days. */
  readonly lookBackDays: number;
  /** A time by which every row that arrived before the cutoff was in the lake, in milliseconds since the epoch. */
  readonly deliveredBefore: number;
}

const dayMs = 86_400_000;

/**
 * The days, folders of each table, that hold the rows: those that the statements read, or more. Firehose names a day after the arrival of
 * an object's first record.
 */
export function daysOf({ aheadMs, deliveredBefore, lookBackDays, window }: DaysInput): Days {
  return { from: dayOf(window.start - aheadMs - lookBackDays * dayMs - objectSpanMs), to: dayOf(deliveredBefore) };
}

/** Whether a folder of a table, `tables/telemetry/date=2026-11-20/`, is of one of these days. */
export function isInDays(folder: string, { from, to }: Days): boolean {
  const day = /\/date=(\d{4}-\d{2}-\d{2})\/$/.exec(folder)?.[1];
  return day !== undefined && from <= day && day <= to;
}

/** Before 1970, a window that starts at the epoch looks back to 1969: ISO 8601 compares as text from the year 0 on. */
function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
