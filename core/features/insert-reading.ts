import type { ReadingWindow } from './reading-window';
import { clearRunning, summarySize } from './running';
import { updateRunning } from './update-running';

/** What `insertReading` answers for a reading that is older than the window. */
export const olderThanWindow = -1;

/**
 * Puts a reading at its place in event time and drops what is then too old: the oldest of a full window, and what lies a span or more
 * before the newest reading. Takes O(1), on average over readings that come in order, and as many steps more as readings
 * have overtaken a late one.
 *
 * @param values one per signal
 * @returns the reading's index, so that statistics may end at it and know nothing of what came later; `olderThanWindow` when the
 *   window begins after the reading, which is then not kept
 */
export function insertReading(window: ReadingWindow, time: number, values: readonly (number | null)[]): number {
  const { cells, capacity, stride, signals, spanMs, running } = window;
  let index = window.count;
  while (index > 0 && (cells[window.start + index - 1] as number) > time) {
    index -= 1;
  }
  const newest = index === window.count ? time : (cells[window.start + window.count - 1] as number);
  let dropped = 0;
  if (spanMs !== Infinity) {
    if (time <= newest - spanMs) {
      return olderThanWindow;
    }
    while (dropped < index && (cells[window.start + dropped] as number) <= newest - spanMs) {
      dropped += 1;
    }
  }
  if (window.count - dropped === capacity) {
    if (index === 0) {
      return olderThanWindow;
    }
    dropped += 1;
  }
  window.start += dropped;
  window.count -= dropped;
  index -= dropped;
  if (window.count === 0) {
    clearWindow(window);
    dropped = 0;
  } else if (window.start + window.count === stride) {
    moveToFront(window);
  }
  const place = window.start + index;
  const end = window.start + window.count;
  put(cells, place, end, time);
  for (let signal = 0, row = stride; signal < signals; signal += 1, row += stride) {
    put(cells, row + place, row + end, values[signal] ?? NaN);
  }
  window.count += 1;
  if (running !== null) {
    updateRunning(window, running, dropped, index);
  }
  return index;
}

/** Forgets all readings, as after a repair. */
export function clearWindow(window: ReadingWindow): void {
  window.start = 0;
  window.count = 0;
  if (window.running !== null) {
    clearRunning(window.running);
  }
}

/** Puts a value at `place`; what was from there on up to `end` moves up. */
function put(cells: Float64Array, place: number, end: number, value: number): void {
  for (let to = end; to > place; to -= 1) {
    cells[to] = cells[to - 1] as number;
  }
  cells[place] = value;
}

/** Makes room at the end of the rows. By hand: for so few values a call to the engine costs more. */
function moveToFront(window: ReadingWindow): void {
  const { cells, stride, start, count, signals, running } = window;
  for (let row = 0; row <= signals; row += 1) {
    for (let to = row * stride, end = to + count; to < end; to += 1) {
      cells[to] = cells[to + start] as number;
    }
  }
  const size = signals * summarySize;
  running?.summaries.copyWithin(0, start * size, (start + count) * size);
  window.start = 0;
}
