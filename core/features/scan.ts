import type { ReadingWindow } from './reading-window';
import type { Span } from './span';
import { between, type Statistics } from './statistics';

/** The newest value from `from` up to `end`; NaN when there is none. */
function newestValue(cells: Float64Array, from: number, end: number): number {
  let at = end;
  while (at > from && Number.isNaN(cells[at])) {
    at -= 1;
  }
  return cells[at] as number;
}

/** Two passes over the values; what times alone give is alike for all signals, and comes with the span. */
export function scanned(window: ReadingWindow, signal: number, span: Span, perMs: number): Statistics | undefined {
  const { cells, stride, start } = window;
  const { first, last, meanTime, origin, timeSquares } = span;
  const row = (signal + 1) * stride + start;
  const end = row + last;
  const readings = last - first + 1;
  const anchor = cells[end] as number;
  let sum = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let at = row + first; at <= end; at += 1) {
    const value = cells[at] as number;
    sum += value - anchor;
    minimum = value < minimum ? value : minimum;
    maximum = value > maximum ? value : maximum;
  }
  if (Number.isNaN(sum)) {
    return scannedWithGaps(window, signal, span, perMs);
  }
  const mean = sum / readings;
  let squares = 0;
  let products = 0;
  for (let at = row + first, time = start + first; at <= end; at += 1, time += 1) {
    const difference = (cells[at] as number) - anchor - mean;
    squares += difference * difference;
    products += ((cells[time] as number) - origin - meanTime) * difference;
  }
  return {
    count: readings,
    missing: 0,
    mean: between(minimum, anchor + mean, maximum),
    deviation: readings > 1 ? Math.sqrt(squares / (readings - 1)) : 0,
    minimum,
    maximum,
    slope: timeSquares > 0 ? (products / timeSquares) * perMs : 0,
  };
}

/** The same where some readings have no value: of times, only those count that have one. */
function scannedWithGaps(window: ReadingWindow, signal: number, span: Span, perMs: number): Statistics | undefined {
  const { cells, stride, start } = window;
  const { first, last, origin } = span;
  const row = (signal + 1) * stride + start;
  const end = row + last;
  const anchor = newestValue(cells, row + first, end);
  let count = 0;
  let sum = 0;
  let timeSum = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let at = row + first, time = start + first; at <= end; at += 1, time += 1) {
    const value = cells[at] as number;
    if (!Number.isNaN(value)) {
      count += 1;
      sum += value - anchor;
      timeSum += (cells[time] as number) - origin;
      minimum = value < minimum ? value : minimum;
      maximum = value > maximum ? value : maximum;
    }
  }
  if (count === 0) {
    return undefined;
  }
  const mean = sum / count;
  const meanTime = timeSum / count;
  let squares = 0;
  let timeSquares = 0;
  let products = 0;
  for (let at = row + first, time = start + first; at <= end; at += 1, time += 1) {
    const value = cells[at] as number;
    if (!Number.isNaN(value)) {
      const difference = value - anchor - mean;
      const timeDifference = (cells[time] as number) - origin - meanTime;
      squares += difference * difference;
      timeSquares += timeDifference * timeDifference;
      products += timeDifference * difference;
    }
  }
  return {
    count,
    missing: last - first + 1 - count,
    mean: between(minimum, anchor + mean, maximum),
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    minimum,
    maximum,
    slope: timeSquares > 0 ? (products / timeSquares) * perMs : 0,
  };
}

/** The mean as `scanned` gives it. @returns undefined when none of the readings has a value */
export function scannedMean(window: ReadingWindow, signal: number, span: Span): number | undefined {
  const { cells, stride, start } = window;
  const row = (signal + 1) * stride + start;
  const end = row + span.last;
  const anchor = newestValue(cells, row + span.first, end);
  let count = span.last - span.first + 1;
  let sum = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let at = row + span.first; at <= end; at += 1) {
    const value = cells[at] as number;
    if (Number.isNaN(value)) {
      count -= 1;
    } else {
      sum += value - anchor;
      minimum = value < minimum ? value : minimum;
      maximum = value > maximum ? value : maximum;
    }
  }
  return count === 0 ? undefined : between(minimum, anchor + sum / count, maximum);
}
