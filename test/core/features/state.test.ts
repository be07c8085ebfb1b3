import * as fc from 'fast-check';
import { clearWindow, insertReading, olderThanWindow } from '../../../core/features/insert-reading';
import { readBaseline, readWindow, writeBaseline, writeWindow } from '../../../core/features/feature-state';
import { emptyBaseline, extendBaseline } from '../../../core/features/baseline';
import { emptyWindow, type ReadingWindow, type WindowShape } from '../../../core/features/reading-window';
import { spanOf } from '../../../core/features/span';
import { StateBytesError, StateReader, StateWriter } from '../../../core/features/state-bytes';
import { stateCodec } from '../../../core/features/state-codec';
import { statisticsOf } from '../../../core/features/window-statistics';
import { arrivals } from './reference';

const written = (write: (writer: StateWriter) => void): Uint8Array => {
  const writer = new StateWriter();
  write(writer);
  return writer.finish();
};

describe('columns of numbers', () => {
  const values = fc.array(
    fc.oneof(
      fc.double(),
      fc.integer({ min: -1_000_000, max: 1_000_000 }).map((whole) => whole / 100),
      fc.constantFrom(NaN, -0, Infinity, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, 2 ** 50, -(2 ** 50), 0.1 + 0.2),
    ),
    { maxLength: 40 },
  );

  test('come back as they were, to the last bit', () => {
    fc.assert(
      fc.property(values, (list) => {
        const cells = Float64Array.from([7, ...list, 7]);
        const bytes = written((writer) => writer.column(cells, 1, list.length));
        const read = new Float64Array(list.length + 1);
        const reader = new StateReader(bytes);
        reader.column(read, 1, list.length);
        reader.end();
        expect(list.every((value, index) => Object.is(read[index + 1], value))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('are short for readings with few decimals', () => {
    const cells = Float64Array.from({ length: 24 }, (_, index) => 60 + (index % 5) / 10);
    expect(written((writer) => writer.column(cells, 0, 24)).length).toBeLessThan(30);
  });

  test('are refused when cut short, at any place', () => {
    const cells = Float64Array.from([1.5, NaN, Math.PI, 4]);
    const bytes = written((writer) => writer.column(cells, 0, 4));
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => new StateReader(bytes.subarray(0, length)).column(new Float64Array(4), 0, 4)).toThrow(StateBytesError);
    }
  });
});

describe.each(['scan', 'running'] as const)('the state of a window computed by %s', (method) => {
  const outcome = (window: ReadingWindow, time: number, value: number | null) => {
    const index = insertReading(window, time, [value, value === null ? 1 : -value]);
    const span = index === olderThanWindow ? undefined : spanOf(window, index);
    return { index, statistics: span && [0, 1].map((signal) => statisticsOf(window, signal, span)) };
  };
  const stored = (window: ReadingWindow, shape: WindowShape): ReadingWindow => {
    const reader = new StateReader(written((writer) => writeWindow(writer, window)));
    const read = readWindow(reader, shape);
    reader.end();
    return read;
  };

  test('goes on to the last bit as if it had never been stored, wherever that happens', () => {
    fc.assert(
      fc.property(
        arrivals(50),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(Infinity, 6_000_000),
        fc.integer({ min: 0, max: 60 }),
        (readings, capacity, spanMs, clearedAt) => {
          const shape = { readings: capacity, signals: 2, spanMs, method };
          const whole = emptyWindow(shape);
          let restarted = emptyWindow(shape);
          readings.forEach(({ time, value }, step) => {
            if (step === clearedAt) {
              clearWindow(whole);
              clearWindow(restarted);
            }
            // Stored and read before each and every reading: any two of them may lie in different processes.
            restarted = stored(restarted, shape);
            expect(outcome(restarted, time, value)).toEqual(outcome(whole, time, value));
          });
          expect(written((writer) => writeWindow(writer, restarted))).toEqual(written((writer) => writeWindow(writer, whole)));
        },
      ),
    );
  });

  test('depends on nothing from before the window was empty, when its readings grew too old', () => {
    const shape = { readings: 5, signals: 1, spanMs: 1000, method };
    const used = emptyWindow(shape);
    const unused = emptyWindow(shape);
    [1, 2, 3, 4, 5, 6, 7].forEach((step) => insertReading(used, step, [1e9 * step]));
    for (const window of [used, unused]) {
      insertReading(window, 5000, [4]);
      insertReading(window, 5001, [5]);
    }
    expect(written((writer) => writeWindow(writer, used))).toEqual(written((writer) => writeWindow(writer, unused)));
  });

  test('does not fit a smaller window', () => {
    const window = emptyWindow({ readings: 5, signals: 1, method });
    for (let step = 0; step < 5; step += 1) {
      insertReading(window, step, [step]);
    }
    const bytes = written((writer) => writeWindow(writer, window));
    expect(() => readWindow(new StateReader(bytes), { readings: 4, signals: 1, method })).toThrow(StateBytesError);
  });
});

describe('a codec', () => {
  const codec = (layout: string) =>
    stateCodec<{ baseline: ReturnType<typeof emptyBaseline> }>({
      layout: [layout, 3],
      write: (writer, { baseline }) => writeBaseline(writer, baseline),
      read: (reader) => ({ baseline: readBaseline(reader, 3, 2) }),
    });
  const baseline = emptyBaseline(3, 2);
  extendBaseline(baseline, [0.1, null]);
  extendBaseline(baseline, [0.2, 5]);
  const bytes = codec('one').encode({ baseline });

  test('reads what it wrote, and goes on from there', () => {
    const read = codec('one').decode(bytes)?.baseline;
    expect(read).toEqual(baseline);
    for (const each of [read, baseline]) {
      extendBaseline(each ?? emptyBaseline(1, 1), [0.7, 6]);
    }
    expect(read).toEqual(baseline);
  });

  test('does not read a state of another layout or version', () => {
    expect(codec('two').decode(bytes)).toBeUndefined();
    expect(codec('one').decode(Uint8Array.of(9, ...bytes.subarray(1)))).toBeUndefined();
  });

  test('refuses bytes that are no state, or more or less than one', () => {
    expect(() => codec('one').decode(bytes.subarray(0, bytes.length - 1))).toThrow(StateBytesError);
    expect(() => codec('one').decode(Uint8Array.of(...bytes, 0))).toThrow('1 bytes after the end');
    expect(() => codec('one').decode(new Uint8Array())).toThrow(StateBytesError);
  });
});
