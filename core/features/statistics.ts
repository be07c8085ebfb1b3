/** What the latest readings of one signal say. */
export interface Statistics {
  /** How many values there are. At least 1. */
  readonly count: number;
  /** How many of the readings have no value. */
  readonly missing: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1); 0 for a single value. */
  readonly deviation: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Least-squares slope over event time, per `perMs`; 0 when all values are of one instant. */
  readonly slope: number;
}

/** One hour: the usual unit of a slope. */
export const hourMs = 3_600_000;

/** Rounding may carry the mean of equal values past them. */
export function between(minimum: number, mean: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, mean));
}
