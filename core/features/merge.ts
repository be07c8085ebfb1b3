import type { ReadingWindow } from './reading-window';
import { field, summaryOffset, type Running } from './running';
import type { Span } from './span';
import { between, type Statistics } from './statistics';

/** The first summary of a running window and the one at the end of the span, together. */
export function merged(
  { start, signals }: ReadingWindow,
  { middle, anchors, summaries }: Running,
  signal: number,
  { last }: Span,
  perMs: number,
): Statistics | undefined {
  const b = summaryOffset(signals, start + last, signal);
  const countB = summaries[b] as number;
  const a = middle === 0 ? b : summaryOffset(signals, start, signal);
  const countA = middle === 0 ? 0 : (summaries[a] as number);
  const count = countA + countB;
  if (count === 0) {
    return undefined;
  }
  let mean: number;
  let squares: number;
  let timeSquares: number;
  let products: number;
  let minimum: number;
  let maximum: number;
  if (countA === 0 || countB === 0) {
    const one = countB === 0 ? a : b;
    mean = summaries[one + field.mean] as number;
    squares = summaries[one + field.squares] as number;
    timeSquares = summaries[one + field.timeSquares] as number;
    products = summaries[one + field.products] as number;
    minimum = summaries[one + field.minimum] as number;
    maximum = summaries[one + field.maximum] as number;
  } else {
    const share = countB / count;
    const ahead = (summaries[b + field.mean] as number) - (summaries[a + field.mean] as number);
    const aheadTime = (summaries[b + field.meanTime] as number) - (summaries[a + field.meanTime] as number);
    const weight = countA * share;
    mean = (summaries[a + field.mean] as number) + ahead * share;
    squares = (summaries[a + field.squares] as number) + (summaries[b + field.squares] as number) + ahead * ahead * weight;
    timeSquares =
      (summaries[a + field.timeSquares] as number) +
      (summaries[b + field.timeSquares] as number) +
      aheadTime * aheadTime * weight;
    products = (summaries[a + field.products] as number) + (summaries[b + field.products] as number) + ahead * aheadTime * weight;
    minimum = Math.min(summaries[a + field.minimum] as number, summaries[b + field.minimum] as number);
    maximum = Math.max(summaries[a + field.maximum] as number, summaries[b + field.maximum] as number);
  }
  return {
    count,
    missing: last + 1 - count,
    mean: between(minimum, (anchors[signal + 1] as number) + mean, maximum),
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    minimum,
    maximum,
    slope: timeSquares > 0 ? (products / timeSquares) * perMs : 0,
  };
}
