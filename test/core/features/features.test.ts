import * as fc from 'fast-check';
import { baselineOf, clearBaseline, emptyBaseline, extendBaseline } from '../../../core/features/baseline';
import {
  clearWindow,
  emptyWindow,
  insertReading,
  olderThanWindow,
  type ReadingWindow,
} from '../../../core/features/reading-window';
import { emptyReporting, noteMessage } from '../../../core/features/reporting';
import { hourMs, meanOf, statisticsOf } from '../../../core/features/statistics';

/** The times and values that a window holds. */
function held({ count, times, signals }: ReadingWindow) {
  const list = (values: Float64Array) => [...values.subarray(0, count)].map((value) => (Number.isNaN(value) ? null : value));
  return { times: list(times), signals: signals.map(list) };
}

interface Kept {
  readonly time: number;
  readonly order: number;
  readonly value: number | null;
}

/** What the window should hold: everything that arrived, the newest `capacity` by event time, ties by arrival. */
class NaiveWindow {
  kept: Kept[] = [];
  private arrived = 0;

  constructor(private readonly capacity: number) {}

  insert(time: number, value: number | null): number {
    const reading = { time, order: (this.arrived += 1), value };
    this.kept = [...this.kept, reading].sort((a, b) => a.time - b.time || a.order - b.order).slice(-this.capacity);
    return this.kept.indexOf(reading);
  }
}

function naiveStatistics(readings: readonly Kept[]) {
  const points = readings.flatMap(({ time, value }) => (value === null ? [] : [{ x: time / hourMs, y: value }]));
  const n = points.length;
  if (n === 0) {
    return undefined;
  }
  const values = points.map(({ y }) => y);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const meanX = points.reduce((a, { x }) => a + x, 0) / n;
  const spreadX = points.reduce((a, { x }) => a + (x - meanX) ** 2, 0);
  return {
    count: n,
    mean,
    deviation: n < 2 ? 0 : Math.sqrt(values.reduce((a, y) => a + (y - mean) ** 2, 0) / (n - 1)),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    slope: spreadX === 0 ? 0 : points.reduce((a, { x, y }) => a + (x - meanX) * (y - mean), 0) / spreadX,
  };
}

const arrivals = fc.array(
  fc.record({
    // Few different times, so that ties and late arrivals are common.
    time: fc.integer({ min: 0, max: 40 }).map((step) => step * 600_000),
    value: fc.option(fc.double({ min: -1000, max: 1000, noNaN: true }), { freq: 5 }),
  }),
  { maxLength: 60 },
);

describe('windowed features', () => {
  test('equal a naive computation over the same readings, in whatever order they arrive', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (readings, capacity, length) => {
        const window = emptyWindow(capacity, 1);
        const naive = new NaiveWindow(capacity);
        for (const { time, value } of readings) {
          const index = insertReading(window, time, [value]);
          expect(index).toBe(naive.insert(time, value));
          expect(held(window).times).toEqual(naive.kept.map((each) => each.time));
          expect(held(window).signals[0]).toEqual(naive.kept.map((each) => each.value));
          if (index === olderThanWindow) {
            continue;
          }
          const expected = naiveStatistics(naive.kept.slice(Math.max(0, index + 1 - length), index + 1));
          const actual = statisticsOf(window, 0, index, length);
          expect(actual?.count).toBe(expected?.count);
          expect(meanOf(window, 0, index, length)).toBe(actual?.mean);
          for (const name of ['mean', 'deviation', 'minimum', 'maximum', 'slope'] as const) {
            expect(Math.abs((actual?.[name] ?? 0) - (expected?.[name] ?? 0))).toBeLessThan(1e-6);
          }
        }
      }),
    );
  });

  test('give each late reading the statistics that it would have had in time', () => {
    const inOrder = emptyWindow(5, 1);
    [1, 2, 3].forEach((value, step) => insertReading(inOrder, step * hourMs, [value]));
    const late = emptyWindow(5, 1);
    insertReading(late, 0, [1]);
    insertReading(late, 2 * hourMs, [3]);
    insertReading(late, 3 * hourMs, [9]);
    const index = insertReading(late, hourMs, [2]);
    expect(statisticsOf(late, 0, index)).toEqual(statisticsOf(inOrder, 0, 1));
  });

  test('keep their digits when values are large and differ little', () => {
    const window = emptyWindow(30, 1);
    for (let step = 0; step < 100_000; step += 1) {
      insertReading(window, Date.UTC(2026, 0, 1) + step * 1000, [1e9 + (step % 2)]);
    }
    expect(statisticsOf(window, 0, 29)?.deviation).toBeCloseTo(Math.sqrt(30 / 29 / 4), 9);
  });

  test('are bounded, survive structured clone as they are, and can be cleared', () => {
    const window = emptyWindow(3, 2);
    for (let step = 0; step < 10; step += 1) {
      insertReading(window, step, [step, step === 9 ? null : -step]);
    }
    expect(held(window)).toEqual({
      times: [7, 8, 9],
      signals: [
        [7, 8, 9],
        [-7, -8, null],
      ],
    });
    expect(window).toMatchObject({ capacity: 3, count: 3 });
    // As text: the arrays of a clone are of another realm under the test runner.
    expect(String(structuredClone(window).signals)).toBe(String(window.signals));
    clearWindow(window);
    expect(held(window)).toEqual(held(emptyWindow(3, 2)));
  });

  test('refuse a window or baseline that could hold nothing', () => {
    expect(() => emptyWindow(0, 1)).toThrow(RangeError);
    expect(() => emptyWindow(2.5, 1)).toThrow(RangeError);
    expect(() => emptyBaseline(0, 1)).toThrow(RangeError);
  });
});

describe('the baseline', () => {
  test('is the mean of the first values that are there, and stays', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        (values, capacity) => {
          const baseline = emptyBaseline(capacity, 1);
          values.forEach((value) => extendBaseline(baseline, [value]));
          const first = values.filter((value) => value !== null).slice(0, capacity);
          const actual = baselineOf(baseline, 0);
          if (first.length === 0) {
            expect(actual).toBeUndefined();
          } else {
            expect(Math.abs((actual ?? Infinity) - first.reduce((a, b) => a + b, 0) / first.length)).toBeLessThan(1e-6);
          }
          clearBaseline(baseline);
          expect(baseline).toEqual(emptyBaseline(capacity, 1));
        },
      ),
    );
  });
});

describe('reporting', () => {
  test('tells the time since the message before, and how many are missing', () => {
    const reporting = emptyReporting(10);
    expect(noteMessage(reporting, 1000, 1)).toEqual({ sinceLastMs: null, missing: 0 });
    expect(noteMessage(reporting, 2000, 2)).toEqual({ sinceLastMs: 1000, missing: 0 });
    expect(noteMessage(reporting, 5000, 5)).toEqual({ sinceLastMs: 3000, missing: 2 });
    // A late one fills the gap, and knows only what came before it.
    expect(noteMessage(reporting, 3000, 3)).toEqual({ sinceLastMs: 1000, missing: 0 });
    expect(noteMessage(reporting, 6000, 6)).toEqual({ sinceLastMs: 1000, missing: 1 });
  });

  test('knows nothing of a message older than all that it remembers', () => {
    const reporting = emptyReporting(2);
    noteMessage(reporting, 2000, 2);
    noteMessage(reporting, 3000, 3);
    expect(noteMessage(reporting, 1000, 1)).toEqual({ sinceLastMs: null, missing: 0 });
  });
});
