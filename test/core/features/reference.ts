import * as fc from 'fast-check';
import { timeAt, valueAt, type ReadingWindow } from '../../../core/features/reading-window';
import { hourMs, type Statistics } from '../../../core/features/statistics';

/** A reading as it was given. */
export interface Kept {
  readonly time: number;
  readonly order: number;
  readonly value: number | null;
}

/** What a window should hold: the newest readings by event time, ties by arrival, told in the plainest way. */
export class NaiveWindow {
  kept: readonly Kept[] = [];
  private arrived = 0;

  constructor(
    private readonly capacity: number,
    private readonly spanMs = Infinity,
  ) {}

  /** @returns the index of the reading; -1 when it is too old to be kept */
  insert(time: number, value: number | null): number {
    const reading = { time, order: (this.arrived += 1), value };
    const sorted = [...this.kept, reading].sort((a, b) => a.time - b.time || a.order - b.order);
    const newest = sorted.at(-1)?.time ?? time;
    this.kept = sorted.filter((each) => each.time > newest - this.spanMs).slice(-this.capacity);
    return this.kept.indexOf(reading);
  }
}

/** Statistics by their definitions, over differences from the first value. */
export function naiveStatistics(readings: readonly Kept[]): Statistics | undefined {
  const points = readings.flatMap(({ time, value }) =>
    value === null ? [] : [{ x: (time - (readings[0]?.time ?? 0)) / hourMs, y: value }],
  );
  const n = points.length;
  const origin = points[0]?.y;
  if (origin === undefined) {
    return undefined;
  }
  const differences = points.map(({ y }) => y - origin);
  const mean = differences.reduce((a, b) => a + b, 0) / n;
  const meanX = points.reduce((a, { x }) => a + x, 0) / n;
  const spreadX = points.reduce((a, { x }) => a + (x - meanX) ** 2, 0);
  const isOneInstant = points.every(({ x }) => x === points[0]?.x);
  return {
    count: n,
    missing: readings.length - n,
    mean: origin + mean,
    deviation: n < 2 ? 0 : Math.sqrt(differences.reduce((a, y) => a + (y - mean) ** 2, 0) / (n - 1)),
    minimum: Math.min(...points.map(({ y }) => y)),
    maximum: Math.max(...points.map(({ y }) => y)),
    slope: isOneInstant
      ? 0
      : points.reduce((a, { x }, index) => a + (x - meanX) * ((differences[index] ?? 0) - mean), 0) / spreadX,
  };
}

/** The times and values that a window holds. */
export function held(window: ReadingWindow): { times: number[]; signals: (number | null)[][] } {
  const indices = Array.from({ length: window.count }, (_, index) => index);
  return {
    times: indices.map((index) => timeAt(window, index)),
    signals: Array.from({ length: window.signals }, (_, signal) =>
      indices.map((index) => {
        const value = valueAt(window, signal, index);
        return Number.isNaN(value) ? null : value;
      }),
    ),
  };
}

/** How statistics differ from what they should be, relative to `scale`; counts and extremes have to be equal. */
export function expectClose(actual: Statistics | undefined, expected: Statistics | undefined, scale: number): void {
  expect(exact(actual)).toEqual(exact(expected));
  for (const name of ['mean', 'deviation', 'slope'] as const) {
    const error = Math.abs((actual?.[name] ?? 0) - (expected?.[name] ?? 0));
    expect(error).toBeLessThanOrEqual(scale * Math.max(1, Math.abs(expected?.[name] ?? 0)));
  }
}

/** What has to be equal. -0 and 0 are: which of the two is the least is nobody's business. */
function exact(statistics: Statistics | undefined): unknown {
  const same = statistics && { ...statistics, mean: 0, deviation: 0, slope: 0 };
  return same && Object.fromEntries(Object.entries(same).map(([name, value]) => [name, value + 0]));
}

/** Readings with few different times, so that ties and late arrivals are common. */
export const arrivals = (maxLength: number): fc.Arbitrary<{ time: number; value: number | null }[]> =>
  fc.array(
    fc.record({
      time: fc.integer({ min: 0, max: 40 }).map((step) => step * 600_000),
      value: fc.option(fc.double({ min: -1000, max: 1000, noNaN: true }), { freq: 5 }),
    }),
    { maxLength, size: 'max' },
  );
