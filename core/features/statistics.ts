import type { ReadingWindow } from './reading-window';

/** What the latest readings of one signal say. */
export interface Statistics {
  /** How many values there are. At least 1. */
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1); 0 for a single value. */
  readonly deviation: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Least-squares slope over event time, per `perMs`; 0 when all values are of one instant. */
  readonly slope: number;
}

/** One hour: the usual unit of a slope. */
export const hourMs = 3_600_000;

/**
 * Statistics of one signal over the readings up to and including index `last`, at most `length` of them.
 *
 * Two passes, the second over differences from the mean, so that large values with small differences keep their digits.
 *
 * @param signal index of the signal in the window
 * @param last index of the newest reading to look at
 * @param length most readings to look at
 * @param perMs the unit of the slope, in milliseconds
 * @returns undefined when none of the readings has a value
 */
export function statisticsOf(
  window: ReadingWindow,
  signal: number,
  last: number,
  length: number = window.capacity,
  perMs: number = hourMs,
): Statistics | undefined {
  const { times } = window;
  const values = window.signals[signal] as Float64Array;
  const first = Math.max(0, last - length + 1);
  // Times are taken from the newest reading, so that their sum stays exact.
  const origin = times[last] as number;
  let count = 0;
  let sum = 0;
  let timeSum = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let index = first; index <= last; index += 1) {
    const value = values[index] as number;
    if (!Number.isNaN(value)) {
      count += 1;
      sum += value;
      timeSum += (times[index] as number) - origin;
      minimum = value < minimum ? value : minimum;
      maximum = value > maximum ? value : maximum;
    }
  }
  if (count === 0) {
    return undefined;
  }
  // Rounding may carry the mean of equal values past them.
  const mean = Math.min(maximum, Math.max(minimum, sum / count));
  const meanTime = timeSum / count;
  let squares = 0;
  let timeSquares = 0;
  let products = 0;
  for (let index = first; index <= last; index += 1) {
    const value = values[index] as number;
    if (!Number.isNaN(value)) {
      const difference = value - mean;
      const timeDifference = (times[index] as number) - origin - meanTime;
      squares += difference * difference;
      timeSquares += timeDifference * timeDifference;
      products += timeDifference * difference;
    }
  }
  return {
    count,
    mean,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    minimum,
    maximum,
    slope: timeSquares > 0 ? (products / timeSquares) * perMs : 0,
  };
}

/**
 * The mean alone, as `statisticsOf` gives it, at about a third of the cost.
 *
 * @returns undefined when none of the readings has a value
 */
export function meanOf(
  window: ReadingWindow,
  signal: number,
  last: number,
  length: number = window.capacity,
): number | undefined {
  const values = window.signals[signal] as Float64Array;
  let count = 0;
  let sum = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let index = Math.max(0, last - length + 1); index <= last; index += 1) {
    const value = values[index] as number;
    if (!Number.isNaN(value)) {
      count += 1;
      sum += value;
      minimum = value < minimum ? value : minimum;
      maximum = value > maximum ? value : maximum;
    }
  }
  return count === 0 ? undefined : Math.min(maximum, Math.max(minimum, sum / count));
}
