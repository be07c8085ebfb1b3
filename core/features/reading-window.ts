import { emptyRunning, type Running } from './running';

/** What a window looks at. */
export interface WindowShape {
  /** Most readings kept: the length of a window over count, the bound on memory of a window over event time. */
  readonly readings: number;
  /** Signals per reading. */
  readonly signals: number;
  /**
   * Length over event time, in milliseconds: kept are the readings later than the newest minus this, and of them the latest
   * `readings`. @default - over count alone
   */
  readonly spanMs?: number;
  /**
   * How statistics over the whole window are computed: `scan` looks at every reading again, `running` keeps summaries up to date.
   * They differ in the last digits alone. @default - by the length: `scan` up to `scanReadings`
   */
  readonly method?: 'scan' | 'running';
}

/**
 * Longest window, in readings, that is scanned: up to here a scan costs no more, takes a tenth of the memory and has nothing to keep
 * (measured by `npm run bench -- features`; see docs/decisions/0022-windowed-features.md). Changing it changes the bytes of stored
 * states.
 */
export const scanReadings = 32;

/**
 * A device's latest readings in the order of event time, equal times in the order of arrival. Plain data (structured clone keeps
 * it as it is), updated in place, bounded by its shape, held as bare numbers in one array: a list with nulls in it would box
 * each of them, and an array per signal costs more than what is in it.
 */
export interface ReadingWindow {
  /** Most readings kept. */
  readonly capacity: number;
  /** Length over event time, in milliseconds; Infinity for a window over count alone. */
  readonly spanMs: number;
  readonly signals: number;
  /** Places per row of `cells`: more than `capacity`, so that readings seldom have to move to make room for the next. */
  readonly stride: number;
  /** Place of the oldest reading in each row. */
  start: number;
  /** Readings kept. */
  count: number;
  /** A row of event times in milliseconds, then a row of values per signal; NaN where the reading had none. */
  readonly cells: Float64Array;
  /** Summaries that are kept up to date; null in a window that is scanned. */
  readonly running: Running | null;
}

/** An empty window. @throws RangeError unless the shape has room for a reading, and a span above 0 if any */
export function emptyWindow(shape: WindowShape): ReadingWindow {
  const { readings: capacity, signals, spanMs = Infinity } = shape;
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`a window of ${capacity} readings: it takes a whole number of at least 1`);
  }
  if (!(spanMs > 0)) {
    throw new RangeError(`a window over ${spanMs} ms: it takes more than 0`);
  }
  const isRunning = (shape.method ?? (capacity > scanReadings ? 'running' : 'scan')) === 'running';
  const stride = capacity + Math.max(4, isRunning ? capacity >> 3 : capacity >> 1);
  return {
    capacity,
    spanMs,
    signals,
    stride,
    start: 0,
    count: 0,
    cells: new Float64Array(stride * (signals + 1)),
    running: isRunning ? emptyRunning(signals, stride) : null,
  };
}

/** Event time of a reading, in milliseconds. @param index 0 for the oldest kept */
export function timeAt(window: ReadingWindow, index: number): number {
  return window.cells[window.start + index] as number;
}

/** Value of one signal of a reading; NaN where it had none. @param index 0 for the oldest kept */
export function valueAt(window: ReadingWindow, signal: number, index: number): number {
  return window.cells[(signal + 1) * window.stride + window.start + index] as number;
}

/** Index of the newest reading at or before `time`; -1 when there is none. */
export function lastUpTo({ cells, start, count }: ReadingWindow, time: number): number {
  let last = count - 1;
  while (last >= 0 && (cells[start + last] as number) > time) {
    last -= 1;
  }
  return last;
}
