/**
 * Summaries that give the statistics of a long window in O(1) (the two stacks of sliding-window aggregation, in place).
 *
 * The readings are cut in two at `middle`. A reading before it holds the summary from itself up to the middle, a reading from it
 * on the summary from the middle up to itself. The first summary and any later one, merged, are the statistics of everything up
 * to that reading. A new reading extends the last summary; the oldest goes with its own. When the first part is used up the cut is
 * made anew, at one half: that costs the length of the window once in half as many readings. A late reading is put in its place, and the
 * summaries after it are made anew; before the middle, where it was overtaken by half the window at least, all of them are.
 *
 * Nothing is ever subtracted from a summary, so nothing can cancel and nothing drifts: a value that left, left no trace.
 * Summaries are of differences from an anchor near the data, so that large values with small differences keep their digits. They are
 * a pure function of the readings, `middle` and `anchors`: those three are what has to be stored.
 */
export interface Running {
  /** Index of the first reading of the second part. */
  middle: number;
  /** What is subtracted before anything else: from event times, then from each signal; NaN as long as there is no value. */
  readonly anchors: Float64Array;
  /** Per place and signal, `summarySize` numbers: see `field`. */
  readonly summaries: Float64Array;
}

/** Numbers per summary. */
export const summarySize = 8;

/** Where a summary holds what. Means, squares and products are of differences from the anchor. */
export const field = {
  count: 0,
  mean: 1,
  meanTime: 2,
  /** Sum of squared differences from the mean. */
  squares: 3,
  timeSquares: 4,
  products: 5,
  minimum: 6,
  maximum: 7,
} as const;

export function emptyRunning(signals: number, stride: number): Running {
  return {
    middle: 0,
    anchors: new Float64Array(signals + 1).fill(NaN),
    summaries: new Float64Array(stride * signals * summarySize),
  };
}

/** Forgets everything. */
export function clearRunning(running: Running): void {
  running.middle = 0;
  running.anchors.fill(NaN);
}

/** Where the summary of a reading lies. @param place in the rows of the window's cells */
export function summaryOffset(signals: number, place: number, signal: number): number {
  return (place * signals + signal) * summarySize;
}
