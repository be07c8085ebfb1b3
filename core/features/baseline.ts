/**
 * What a device's signals were like when it was first seen, or first seen after a repair: the mean of the first few readings, in
 * the order of arrival. Plain data, updated in place.
 */
export interface Baseline {
  /** How many values per signal make the baseline; it does not move after that. */
  readonly capacity: number;
  /** Values taken so far, per signal. */
  readonly counts: Float64Array;
  /** Mean of the values taken so far, per signal; 0 as long as there is none. */
  readonly means: Float64Array;
}

/** A baseline that has seen nothing. @throws RangeError unless the capacity is a whole number of at least 1 */
export function emptyBaseline(capacity: number, signals: number): Baseline {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(`capacity ${capacity} is not a whole number of at least 1`);
  }
  return { capacity, counts: new Float64Array(signals), means: new Float64Array(signals) };
}

/** Takes one reading into the baseline, for each signal that has a value and has fewer than `capacity` yet. */
export function extendBaseline(baseline: Baseline, values: readonly (number | null)[]): void {
  const { counts, means, capacity } = baseline;
  for (let signal = 0; signal < counts.length; signal += 1) {
    const value = values[signal];
    const count = counts[signal] as number;
    if (value !== null && value !== undefined && count < capacity) {
      counts[signal] = count + 1;
      means[signal] = (means[signal] as number) + (value - (means[signal] as number)) / (count + 1);
    }
  }
}

/** The baseline of one signal; undefined as long as it has seen no value. */
export function baselineOf(baseline: Baseline, signal: number): number | undefined {
  return baseline.counts[signal] === 0 ? undefined : baseline.means[signal];
}

/** Starts again, as after a repair. */
export function clearBaseline(baseline: Baseline): void {
  baseline.counts.fill(0);
  baseline.means.fill(0);
}
