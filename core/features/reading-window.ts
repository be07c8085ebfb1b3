/**
 * A device's latest readings in the order of event time. Plain data (JSON and structured clone keep it as it is), updated in
 * place, bounded by its capacity. Statistics over it are computed anew for each reading: windows are short (5 to 30 readings),
 * so this costs about as much as keeping running sums, and it cannot drift by cancellation or mind a reading out of order.
 */
export interface ReadingWindow {
  /** Most readings kept. */
  readonly capacity: number;
  /** Event times in milliseconds, ascending; equal times in the order of arrival. */
  readonly times: number[];
  /** For each signal its values, in the order of `times`; null where the reading had none. */
  readonly signals: readonly (number | null)[][];
}

/** An empty window for `signals` signals. @throws RangeError unless the capacity is a whole number of at least 1 */
export function emptyWindow(capacity: number, signals: number): ReadingWindow {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`capacity ${capacity} is not a whole number of at least 1`);
  }
  return { capacity, times: [], signals: Array.from({ length: signals }, () => []) };
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
  const { times, signals, capacity } = window;
  let index = times.length;
  while (index > 0 && (times[index - 1] as number) > time) {
    index -= 1;
  }
  const full = times.length === capacity;
  if (full && index === 0) {
    return olderThanWindow;
  }
  insert(times, index, time, full);
  for (let signal = 0; signal < signals.length; signal += 1) {
    insert(signals[signal] as (number | null)[], index, values[signal] ?? null, full);
  }
  return full ? index - 1 : index;
}

/** Forgets all readings, as after a repair. */
export function clearWindow(window: ReadingWindow): void {
  window.times.length = 0;
  for (const values of window.signals) {
    values.length = 0;
  }
}

/** Inserts before `index`; `dropFirst` keeps the length. Moves elements by hand: splice would allocate a list each time. */
function insert<T>(list: T[], index: number, value: T, dropFirst: boolean): void {
  if (dropFirst && index === list.length) {
    // The usual case, a reading in order: the engine moves the others in one go.
    list.shift();
    list.push(value);
    return;
  }
  if (dropFirst) {
    for (let to = 0; to < index - 1; to += 1) {
      list[to] = list[to + 1] as T;
    }
    list[index - 1] = value;
    return;
  }
  list.push(value);
  for (let to = list.length - 1; to > index; to -= 1) {
    list[to] = list[to - 1] as T;
  }
  list[index] = value;
}
