import { KclError } from '../errors';
import type { KinesisRecord } from '../record';

/** Arrival times, by the stream's clock, in milliseconds since the epoch: from the first on, and before the second. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A record that has arrived is not always to be read at once, and clocks differ; a range that ends later cannot be complete. */
export const settleMs = 5_000;

/**
 * The range between two times.
 *
 * @throws KclError INVALID_OPTION when a date is none, the range is empty, or it has not been over for `settleMs`
 */
export function timeRange(from: Date, to: Date, nowMs: number): TimeRange {
  for (const [name, date] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (Number.isNaN(date.getTime())) {
      throw new KclError('INVALID_OPTION', `${name} is not a valid date`);
    }
  }
  if (from.getTime() >= to.getTime()) {
    throw new KclError('INVALID_OPTION', `from (${from.toISOString()}) must be before to (${to.toISOString()})`);
  }
  if (to.getTime() > nowMs - settleMs) {
    const latest = new Date(nowMs - settleMs).toISOString();
    throw new KclError('INVALID_OPTION', `to (${to.toISOString()}) must not be later than ${settleMs / 1000} s ago (${latest})`);
  }
  return { fromMs: from.getTime(), toMs: to.getTime() };
}

export function isInside({ arrivalTimeMs }: KinesisRecord, { fromMs, toMs }: TimeRange): boolean {
  return fromMs <= arrivalTimeMs && arrivalTimeMs < toMs;
}
