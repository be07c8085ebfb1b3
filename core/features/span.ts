import type { ReadingWindow } from './reading-window';

/** The readings of a window that statistics are of, and what is the same for all signals. */
export interface Span {
  /** Index of the oldest reading. */
  readonly first: number;
  /** Index of the newest reading; those after it are not looked at. */
  readonly last: number;
  /** Whether it begins with the oldest reading that the window keeps. */
  readonly isWhole: boolean;
  /** Event time of the newest reading: times are taken from there, so that their sum stays exact. */
  readonly origin: number;
  /** Mean of the event times, from `origin`; 0 where it is not needed. */
  readonly meanTime: number;
  /** Sum of the squared differences of the event times from their mean; 0 where it is not needed. */
  readonly timeSquares: number;
}

/**
 * The readings up to and including index `last`, at most `length` of them. Ask once per reading, then `statisticsOf` per signal.
 *
 * @param last as `insertReading` or `lastUpTo` answered. At least 0
 */
export function spanOf(window: ReadingWindow, last: number, length: number = window.capacity): Span {
  const { cells, start, running } = window;
  const first = Math.max(0, last - length + 1);
  const isWhole = first === 0;
  const origin = cells[start + last] as number;
  let sum = 0;
  let timeSquares = 0;
  if (running === null || !isWhole || last < running.middle) {
    const from = start + first;
    const end = start + last;
    for (let at = from; at <= end; at += 1) {
      sum += (cells[at] as number) - origin;
    }
    const mean = sum / (last - first + 1);
    for (let at = from; at <= end; at += 1) {
      const difference = (cells[at] as number) - origin - mean;
      timeSquares += difference * difference;
    }
  }
  return { first, last, isWhole, origin, meanTime: sum / (last - first + 1), timeSquares };
}
