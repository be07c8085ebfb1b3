import type { AnomalyDetector, WatchedSignal } from './detector';

/** What is known of a device's signals. Plain data (structured clone keeps it as it is), updated in place. */
export interface AnomalyMemory {
  /** Per signal, `numbersPerSignal` numbers: see `field`. */
  readonly cells: Float64Array;
  /** Readings that have to pass until there may be an alert again. */
  quietReadings: number;
}

/** Numbers that are remembered of a signal. */
export const numbersPerSignal = 3;

/** Where the memory of a signal holds what. */
export const field = {
  /** Values taken in; counted no further than it makes a difference. */
  count: 0,
  mean: 1,
  /** Before the floor. */
  variance: 2,
} as const;

/** What a value was expected to be. */
export interface Expectation {
  readonly mean: number;
  /** In the same unit; never below the floor. */
  readonly deviation: number;
}

/** A memory that has seen nothing. */
export function emptyMemory({ signals }: Pick<AnomalyDetector, 'signals'>): AnomalyMemory {
  return { cells: new Float64Array(signals.length * numbersPerSignal), quietReadings: 0 };
}

/** Starts again, as after a repair. */
export function clearMemory(memory: AnomalyMemory): void {
  memory.cells.fill(0);
  memory.quietReadings = 0;
}

/** What is expected of a signal. Means something once the signal has a score. */
export function expectationOf(memory: AnomalyMemory, detector: AnomalyDetector, signal: number): Expectation {
  const mean = memory.cells[signal * numbersPerSignal + field.mean] as number;
  return { mean, deviation: deviationOf(memory, detector, signal) };
}

/**
 * How far a value lies from what is expected, in deviations; below 0 when it is smaller.
 * @returns NaN for no value, and as long as too little is known
 */
export function scoreOf(memory: AnomalyMemory, detector: AnomalyDetector, signal: number, value: number | null): number {
  const { cells } = memory;
  const at = signal * numbersPerSignal;
  if (value === null || (cells[at] as number) < detector.warmUpReadings) {
    return NaN;
  }
  return (value - (cells[at + field.mean] as number)) / deviationOf(memory, detector, signal);
}

/** Takes a reading in; a signal that it has no value of stays as it is. @param values one per signal, finite */
export function learn(memory: AnomalyMemory, detector: AnomalyDetector, values: readonly (number | null)[]): void {
  const { cells, quietReadings } = memory;
  const { influenceLimit, rate, warmUpReadings } = detector;
  // Beyond this the count makes no difference, and would only take more bytes to store.
  const most = Math.max(Math.ceil(1 / rate), warmUpReadings);
  for (let signal = 0, at = 0; at < cells.length; signal += 1, at += numbersPerSignal) {
    const value = values[signal];
    if (value === null || value === undefined || Number.isNaN(value)) {
      continue;
    }
    const count = cells[at] as number;
    const weight = Math.max(rate, 1 / (count + 1));
    let difference = value - (cells[at + field.mean] as number);
    // While it warms up nothing is known that a value could be held to.
    if (count >= warmUpReadings) {
      // 1 / √weight deviations, squared and weighted, are the variance once more.
      const limit = quietReadings > 0 ? 1 / Math.sqrt(weight) : influenceLimit;
      const furthest = limit * deviationOf(memory, detector, signal);
      difference = Math.max(-furthest, Math.min(furthest, difference));
    }
    cells[at] = Math.min(most, count + 1);
    cells[at + field.mean] = (cells[at + field.mean] as number) + weight * difference;
    cells[at + field.variance] = (1 - weight) * ((cells[at + field.variance] as number) + weight * difference * difference);
  }
}

/** The deviation that is believed: at least the floor. */
function deviationOf({ cells }: AnomalyMemory, { signals }: AnomalyDetector, signal: number): number {
  const at = signal * numbersPerSignal;
  const { absolute, relative = 0 } = (signals[signal] as WatchedSignal).floor;
  const mean = Math.abs(cells[at + field.mean] as number);
  return Math.max(Math.sqrt(cells[at + field.variance] as number), absolute, relative * mean);
}
