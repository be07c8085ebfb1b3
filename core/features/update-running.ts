import type { ReadingWindow } from './reading-window';
import { field, summaryOffset, summarySize, type Running } from './running';

/** Follows the window: `dropped` of the oldest readings have gone, and there is a new one at `index`. */
export function updateRunning(window: ReadingWindow, running: Running, dropped: number, index: number): void {
  const isCutUsedUp = dropped > running.middle;
  running.middle = Math.max(0, running.middle - dropped);
  if (isCutUsedUp || index < running.middle) {
    cutAnew(window, running);
    return;
  }
  const { anchors } = running;
  const { cells, stride, start, signals } = window;
  for (let row = 0; row <= signals; row += 1) {
    if (Number.isNaN(anchors[row])) {
      anchors[row] = cells[row * stride + start + index] as number;
    }
  }
  summarizeSecondPart(window, running, index);
}

/** Makes all summaries, as they were when the readings, `middle` and `anchors` were stored. */
export function restoreRunning(window: ReadingWindow, running: Running): void {
  const { start, signals } = window;
  for (let index = running.middle - 1; index >= 0; index -= 1) {
    const place = start + index;
    summarize(window, running, place, index === running.middle - 1 ? -1 : summaryOffset(signals, place + 1, 0));
  }
  summarizeSecondPart(window, running, running.middle);
}

/** Cuts in half, with anchors taken from the readings there are. */
function cutAnew(window: ReadingWindow, running: Running): void {
  const { stride, start, count, signals } = window;
  running.middle = (count + 1) >> 1;
  for (let row = 0; row <= signals; row += 1) {
    running.anchors[row] = anchorOf(window.cells, row * stride + start, count);
  }
  restoreRunning(window, running);
}

/** Of three values the one in the middle: near the data, even if one of them is not. NaN when there is no value. */
function anchorOf(cells: Float64Array, from: number, count: number): number {
  const oldest = valueFrom(cells, from, from + count);
  const middle = valueFrom(cells, from + (count >> 1), from + count);
  const newest = valueFrom(cells, from + count - 1, from + count);
  if (Number.isNaN(oldest) || Number.isNaN(middle) || Number.isNaN(newest)) {
    return oldest;
  }
  return Math.max(Math.min(oldest, middle), Math.min(Math.max(oldest, middle), newest));
}

/** The first value from `from` on; NaN when there is none before `end`. */
function valueFrom(cells: Float64Array, from: number, end: number): number {
  let at = from;
  while (at < end - 1 && Number.isNaN(cells[at])) {
    at += 1;
  }
  return cells[at] as number;
}

function summarizeSecondPart(window: ReadingWindow, running: Running, from: number): void {
  const { start, count, signals } = window;
  for (let index = from; index < count; index += 1) {
    const place = start + index;
    summarize(window, running, place, index === running.middle ? -1 : summaryOffset(signals, place - 1, 0));
  }
}

/**
 * Makes the summaries at `place`: those at offset `from` (-1 for none) and the reading at `place`.
 * @see Chan, Golub, LeVeque, "Algorithms for computing the sample variance", 1983
 */
function summarize(window: ReadingWindow, { anchors, summaries }: Running, place: number, from: number): void {
  const { cells, stride, signals } = window;
  const time = (cells[place] as number) - (anchors[0] as number);
  let to = place * signals * summarySize;
  let source = from;
  for (let signal = 0; signal < signals; signal += 1, to += summarySize) {
    const value = cells[(signal + 1) * stride + place] as number;
    if (Number.isNaN(value)) {
      copyOrClear(summaries, source, to);
    } else {
      const difference = value - (anchors[signal + 1] as number);
      const count = source < 0 ? 0 : (summaries[source] as number);
      if (count === 0) {
        begin(summaries, to, difference, time, value);
      } else {
        const weight = 1 / (count + 1);
        const mean = summaries[source + field.mean] as number;
        const meanTime = summaries[source + field.meanTime] as number;
        const minimum = summaries[source + field.minimum] as number;
        const maximum = summaries[source + field.maximum] as number;
        const ahead = difference - mean;
        const aheadTime = time - meanTime;
        const behind = ahead * (1 - weight);
        summaries[to] = count + 1;
        summaries[to + field.mean] = mean + ahead * weight;
        summaries[to + field.meanTime] = meanTime + aheadTime * weight;
        summaries[to + field.squares] = (summaries[source + field.squares] as number) + ahead * behind;
        summaries[to + field.timeSquares] =
          (summaries[source + field.timeSquares] as number) + aheadTime * aheadTime * (1 - weight);
        summaries[to + field.products] = (summaries[source + field.products] as number) + aheadTime * behind;
        summaries[to + field.minimum] = value < minimum ? value : minimum;
        summaries[to + field.maximum] = value > maximum ? value : maximum;
      }
    }
    source = source < 0 ? source : source + summarySize;
  }
}

function begin(summaries: Float64Array, to: number, difference: number, time: number, value: number): void {
  summaries[to] = 1;
  summaries[to + field.mean] = difference;
  summaries[to + field.meanTime] = time;
  summaries[to + field.squares] = 0;
  summaries[to + field.timeSquares] = 0;
  summaries[to + field.products] = 0;
  summaries[to + field.minimum] = value;
  summaries[to + field.maximum] = value;
}

function copyOrClear(summaries: Float64Array, from: number, to: number): void {
  for (let each = 0; each < summarySize; each += 1) {
    summaries[to + each] = from < 0 ? 0 : (summaries[from + each] as number);
  }
}
