import { merged } from './merge';
import type { ReadingWindow } from './reading-window';
import { scanned, scannedMean } from './scan';
import type { Span } from './span';
import { hourMs, type Statistics } from './statistics';

/**
 * Statistics of one signal over a span of readings. Of a span up to the middle of a running window or beyond it they take O(1),
 * otherwise as long as the span is.
 *
 * Scanned in two passes, the second over differences from the mean, and both over differences from the newest value, so that large
 * values with small differences keep their digits.
 *
 * @param signal index of the signal in the window
 * @param perMs the unit of the slope, in milliseconds
 * @returns undefined when none of the readings has a value
 */
export function statisticsOf(window: ReadingWindow, signal: number, span: Span, perMs: number = hourMs): Statistics | undefined {
  const { running } = window;
  return running !== null && span.isWhole && span.last >= running.middle
    ? merged(window, running, signal, span, perMs)
    : scanned(window, signal, span, perMs);
}

/** The mean alone, as `statisticsOf` gives it, at a fraction of the cost. @returns undefined when none of the readings has a value */
export function meanOf(window: ReadingWindow, signal: number, span: Span): number | undefined {
  const { running } = window;
  if (running !== null && span.isWhole && span.last >= running.middle) {
    return merged(window, running, signal, span, hourMs)?.mean;
  }
  return scannedMean(window, signal, span);
}
