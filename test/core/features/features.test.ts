import * as fc from 'fast-check';
import { baselineOf, clearBaseline, emptyBaseline, extendBaseline } from '../../../core/features/baseline';
import { clearWindow, insertReading, olderThanWindow } from '../../../core/features/insert-reading';
import { emptyWindow, lastUpTo, scanReadings } from '../../../core/features/reading-window';
import { emptyReporting, noteMessage } from '../../../core/features/reporting';
import { spanOf } from '../../../core/features/span';
import { hourMs } from '../../../core/features/statistics';
import { meanOf, statisticsOf } from '../../../core/features/window-statistics';
import { arrivals, expectClose, held, naiveStatistics, NaiveWindow } from './reference';

const methods = ['scan', 'running'] as const;

describe.each(methods)('windowed features, computed by %s', (method) => {
  test('equal a naive computation over the same readings, in whatever order they arrive', () => {
    const spans = fc.option(
      fc.integer({ min: 1, max: 45 }).map((steps) => steps * 600_000),
      { nil: undefined },
    );
    fc.assert(
      fc.property(
        arrivals(60),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        spans,
        (readings, capacity, length, spanMs) => {
          const window = emptyWindow({ readings: capacity, signals: 1, method, ...(spanMs !== undefined && { spanMs }) });
          const naive = new NaiveWindow(capacity, spanMs);
          for (const { time, value } of readings) {
            const index = insertReading(window, time, [value]);
            expect(index).toBe(naive.insert(time, value));
            expect(held(window)).toEqual({
              times: naive.kept.map((each) => each.time),
              signals: [naive.kept.map((each) => each.value)],
            });
            if (index === olderThanWindow) {
              continue;
            }
            for (const most of [capacity, length]) {
              const span = spanOf(window, index, most);
              const actual = statisticsOf(window, 0, span);
              expectClose(actual, naiveStatistics(naive.kept.slice(Math.max(0, index + 1 - most), index + 1)), 1e-9);
              expect(meanOf(window, 0, span)).toBe(actual?.mean);
            }
          }
        },
      ),
    );
  });

  test('give each late reading the statistics that it would have had in time', () => {
    const shape = { readings: 5, signals: 1, method };
    const inOrder = emptyWindow(shape);
    [1, 2, 3].forEach((value, step) => insertReading(inOrder, step * hourMs, [value]));
    const late = emptyWindow(shape);
    insertReading(late, 0, [1]);
    insertReading(late, 2 * hourMs, [3]);
    insertReading(late, 3 * hourMs, [9]);
    const index = insertReading(late, hourMs, [2]);
    expect(statisticsOf(late, 0, spanOf(late, index))).toEqual(statisticsOf(inOrder, 0, spanOf(inOrder, 1)));
    expect(lastUpTo(late, 2.5 * hourMs)).toBe(2);
    expect(lastUpTo(late, -1)).toBe(-1);
  });

  test('keep their digits in long streams of large values that differ little', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1e3, -1e6, 1e9, 1e12),
        fc.integer({ min: 2, max: 70 }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (offset, readings, seed) => {
          const window = emptyWindow({ readings, signals: 1, method });
          const naive = new NaiveWindow(readings);
          let noise = seed;
          for (let step = 0; step < 1500; step += 1) {
            noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
            // A spike now and then: it must leave no trace when it has left the window.
            const value = offset + (noise % 997 === 0 ? 1e9 : (noise >>> 16) / 65_536);
            const time = Date.UTC(2026, 0, 1) + (step - (noise % 5 === 0 ? 3.5 : 0)) * 60_000;
            const index = insertReading(window, time, [value]);
            naive.insert(time, value);
            if (index >= 0 && step % 50 === 49) {
              const readingsThen = naive.kept.slice(0, index + 1);
              const actual = statisticsOf(window, 0, spanOf(window, index));
              const expected = naiveStatistics(readingsThen);
              const spread = (expected?.maximum ?? 0) - (expected?.minimum ?? 0);
              const error = (name: 'mean' | 'deviation' | 'slope') =>
                Math.abs((actual?.[name] ?? NaN) - (expected?.[name] ?? NaN));
              expect(error('mean')).toBeLessThanOrEqual(1e-9 * spread + 4 * Number.EPSILON * Math.abs(offset));
              expect(error('deviation')).toBeLessThanOrEqual(1e-6 * spread);
              // Per hour, of readings a minute apart.
              expect(error('slope')).toBeLessThanOrEqual(1e-6 * spread * 60);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('forget a spike as soon as it has left the window', () => {
    const window = emptyWindow({ readings: 50, signals: 1, method });
    insertReading(window, 0, [1e15]);
    for (let step = 1; step <= 50; step += 1) {
      insertReading(window, step * 1000, [step % 2]);
    }
    expect(statisticsOf(window, 0, spanOf(window, 49))?.deviation).toBeCloseTo(Math.sqrt(50 / 49 / 4), 12);
  });

  test('are bounded, survive structured clone as they are, and can be cleared', () => {
    const window = emptyWindow({ readings: 3, signals: 2, method });
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
    const clone = structuredClone(window);
    for (const each of [window, clone]) {
      insertReading(each, 9.5, [1.5, 2.5]);
    }
    expect(statisticsOf(clone, 1, spanOf(clone, 2))).toEqual(statisticsOf(window, 1, spanOf(window, 2)));
    clearWindow(window);
    expect(held(window)).toEqual(held(emptyWindow({ readings: 3, signals: 2 })));
    insertReading(window, 1, [5, null]);
    expect(statisticsOf(window, 0, spanOf(window, 0))).toMatchObject({ count: 1, mean: 5, deviation: 0, slope: 0 });
    expect(statisticsOf(window, 1, spanOf(window, 0))).toBeUndefined();
  });
});

describe('windows', () => {
  test('are kept running when they are long, and scanned when they are short', () => {
    expect(emptyWindow({ readings: scanReadings, signals: 1 }).running).toBeNull();
    expect(emptyWindow({ readings: scanReadings + 1, signals: 1 }).running).not.toBeNull();
  });

  test('over event time are bounded in memory too', () => {
    const window = emptyWindow({ readings: 100, signals: 1, spanMs: hourMs });
    for (let step = 0; step < 5000; step += 1) {
      insertReading(window, step * 1000, [step]);
    }
    expect(window.count).toBe(100);
    expect(statisticsOf(window, 0, spanOf(window, 99))).toMatchObject({ minimum: 4900, maximum: 4999, missing: 0 });
  });

  test('refuse a window or baseline that could hold nothing', () => {
    expect(() => emptyWindow({ readings: 0, signals: 1 })).toThrow(RangeError);
    expect(() => emptyWindow({ readings: 2.5, signals: 1 })).toThrow(RangeError);
    expect(() => emptyWindow({ readings: 2, signals: 1, spanMs: 0 })).toThrow(RangeError);
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
