/**
 * A device's latest readings in the order of event time. Plain data (structured clone keeps it as it is), updated in place,
 * bounded by its capacity, held as bare numbers: a list with nulls in it would box each of them. Statistics over it are computed
 * anew for each reading: windows are short (5 to 30 readings), so this costs about as much as keeping running sums, and it cannot
 * drift by cancellation or mind a reading out of order.
 */
export interface ReadingWindow {
  /** Most readings kept. */
  readonly capacity: number;
  /** Readings kept; the places after them in the arrays mean nothing. */
  count: number;
  /** Event times in milliseconds, ascending; equal times in the order of arrival. */
  readonly times: Float64Array;
  /** For each signal its values, in the order of `times`; NaN where the reading had none. */
  readonly signals: readonly Float64Array[];
}

/** An empty window for `signals` signals. @throws RangeError unless the capacity is a whole number of at least 1 */
export function emptyWindow(capacity: number, signals: number): ReadingWindow {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`capacity ${capacity} is not a whole number of at least 1`);
  }
  return {
    capacity,
    count: 0,
    times: new Float64Array(capacity),
    signals: Array.from({ length: signals }, () => new Float64Array(capacity)),
  };
}

/** What `insertReading` answers for a reading that is older than a full window. */
export const olderThanWindow = -1;

/**
 * Puts a reading at its place in event time and drops the oldest when the window is full.
 *
 * @param values one per signal
 * @returns the reading's index, so that statistics may end at it and know nothing of what came later; `olderThanWindow` when the
 *   window is full and begins after the reading, which is then not kept
 */
export function insertReading(window: ReadingWindow, time: number, values: readonly (number | null)[]): number {
  const { times, signals, capacity, count } = window;
  let index = count;
  while (index > 0 && (times[index - 1] as number) > time) {
    index -= 1;
  }
  const full = count === capacity;
  if (full && index === 0) {
    return olderThanWindow;
  }
  const place = full ? index - 1 : index;
  insert(times, place, index, count, time);
  for (let signal = 0; signal < signals.length; signal += 1) {
    insert(signals[signal] as Float64Array, place, index, count, values[signal] ?? NaN);
  }
  window.count = full ? count : count + 1;
  return place;
}

/** Forgets all readings, as after a repair. */
export function clearWindow(window: ReadingWindow): void {
  window.count = 0;
}

/**
 * Puts a value at `place`: what was before `index` moves down when the window is full, which drops the first; otherwise what was
 * from there on moves up. By hand: for so few values a call to the engine costs more.
 */
function insert(list: Float64Array, place: number, index: number, count: number, value: number): void {
  if (place < index) {
    for (let to = 0; to < place; to += 1) {
      list[to] = list[to + 1] as number;
    }
  } else {
    for (let to = count; to > place; to -= 1) {
      list[to] = list[to - 1] as number;
    }
  }
  list[place] = value;
}
