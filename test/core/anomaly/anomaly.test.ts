import * as fc from 'fast-check';
import { anomalyDefaults, anomalyDetector, type AnomalyDetector, type DeviationFloor } from '../../../core/anomaly/detector';
import { judge, type Finding } from '../../../core/anomaly/judge';
import { clearMemory, emptyMemory, expectationOf, type AnomalyMemory } from '../../../core/anomaly/memory';
import { readMemory, writeMemory } from '../../../core/anomaly/memory-bytes';
import { StateBytesError, StateReader, StateWriter } from '../../../core/features/state-bytes';
import { SeededRandom } from '../../../core/random';

type Value = number | null;

const one = (floor: DeviationFloor = { absolute: 1e-3 }, options: Partial<Omit<AnomalyDetector, 'signals'>> = {}) =>
  anomalyDetector([{ name: 'temperature', floor }], options);

/** What came of each reading of one signal. */
function run(detector: AnomalyDetector, values: readonly Value[], memory: AnomalyMemory = emptyMemory(detector)) {
  const scores = new Float64Array(1);
  return values.map((value) => {
    const finding = judge(memory, detector, [value], true, scores);
    return { score: scores[0] as number, finding };
  });
}

const alertsIn = (outcomes: readonly { readonly finding: Finding | undefined }[]): number[] =>
  outcomes.flatMap(({ finding }, index) => (finding === undefined ? [] : [index]));

/** Noise that is bounded, so that none of it is an alert. */
const noise = (seed: number, readings: number): number[] => {
  const random = SeededRandom.fromSeed(seed);
  return Array.from({ length: readings }, () => random.between(-1, 1));
};

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const { refractoryReadings, threshold, warmUpReadings } = anomalyDefaults;

describe('an anomaly detector', () => {
  test('never alerts on a signal that stays as it is', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.integer({ min: 1, max: 2000 }), (value, readings) => {
        const outcomes = run(one(), Array<number>(readings).fill(value));
        expect(alertsIn(outcomes)).toEqual([]);
        expect(outcomes.slice(warmUpReadings).every(({ score }) => score === 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('finds a step at once, and once, however high it is', () => {
    const height = fc.double({ min: Math.log10(8), max: 9, noNaN: true }).map((digits) => 10 ** digits);
    fc.assert(
      fc.property(seeds, height, fc.constantFrom(-1, 1), fc.integer({ min: 200, max: 900 }), (seed, size, sign, before) => {
        const values = noise(seed, before + 1500).map((value, index) => (index < before ? value : value + sign * size));
        const outcomes = run(one(), values);
        expect(alertsIn(outcomes)).toEqual([before]);
        expect(Math.sign(outcomes[before]?.score ?? NaN)).toBe(sign);
      }),
      { numRuns: 100 },
    );
  });

  test('tells again of what is still out of order, and never before the refractory period has passed', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 40 }), (seed, spikes) => {
        const values = noise(seed, 2000);
        spikes.forEach((spike, index) => (values[warmUpReadings + ((index * 7919) % 1800)] = spike));
        const alerts = alertsIn(run(one(), values));
        alerts.slice(1).forEach((at, index) => expect(at - (alerts[index] as number)).toBeGreaterThan(refractoryReadings));
      }),
      { numRuns: 40 },
    );
    // A spike each time that one may be told: none is missed.
    const values = noise(1, 1000).map((value, index) =>
      index >= 200 && (index - 200) % (refractoryReadings + 1) === 0 ? 50 : value,
    );
    expect(alertsIn(run(one(), values))).toEqual([200, 351, 502, 653, 804, 955]);
  });

  test('is not blinded by a spike: what follows is judged almost as before', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 20, max: 1e9, noNaN: true }), (seed, spike) => {
        const detector = one();
        const memory = emptyMemory(detector);
        run(detector, noise(seed, 600), memory);
        const before = expectationOf(memory, detector, 0);
        run(detector, [spike], memory);
        const after = expectationOf(memory, detector, 0);
        expect(after.deviation / before.deviation).toBeLessThan(1.01);
        expect(Math.abs(after.mean - before.mean)).toBeLessThan(0.01 * before.deviation);
      }),
      { numRuns: 40 },
    );
  });

  test('finds damage that grows slowly, which would otherwise make itself usual', () => {
    const values = noise(7, 1200).map((value, index) => value + Math.max(0, index - 700) * 0.1);
    expect(alertsIn(run(one(), values)).length).toBeGreaterThan(0);
    // As it would be without a limit.
    expect(alertsIn(run(one({ absolute: 1e-3 }, { influenceLimit: 1e6 }), values))).toEqual([]);
  });

  test('scores the same whatever the unit: scaled with its floor to the last bit, shifted up to rounding', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -30, max: 30 }), fc.integer({ min: -1000, max: 1000 }), (seed, exponent, shift) => {
        const values = noise(seed, 700).map((value, index) => (index % 97 === 96 ? value * 30 : value));
        const scores = (scale: number, offset: number): number[] =>
          run(
            one({ absolute: 0.25 * scale }),
            values.map((value) => value * scale + offset),
          ).map(({ score }) => score);
        const plain = scores(1, 0);
        expect(scores(2 ** exponent, 0).every((score, index) => Object.is(score, plain[index]))).toBe(true);
        const shifted = scores(1, shift);
        expect(plain.every((score, index) => !(Math.abs(score - (shifted[index] as number)) > 1e-6))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('takes a missing value for no reading of that signal', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 50 }), (seed, places) => {
        const detector = one();
        const values: Value[] = noise(seed, 500);
        const withGaps = [...values];
        places.forEach((place) => withGaps.splice(place, 0, null));
        const outcomes = run(detector, withGaps);
        expect(outcomes.every(({ score }, index) => withGaps[index] !== null || Number.isNaN(score))).toBe(true);
        const present = outcomes.filter((_, index) => withGaps[index] !== null);
        expect(present).toEqual(run(detector, values));
      }),
      { numRuns: 40 },
    );
    const detector = one();
    const memory = emptyMemory(detector);
    run(detector, [1, NaN, 1], memory);
    expect([...memory.cells]).toEqual([2, 1, 0]);
  });

  test('has no score before it has warmed up', () => {
    const outcomes = run(one(), [...noise(3, warmUpReadings - 1), 1e6, 1e6]);
    expect(outcomes.slice(0, warmUpReadings).every(({ score }) => Number.isNaN(score))).toBe(true);
    expect(outcomes[warmUpReadings]?.score).not.toBeNaN();
  });

  test('knows the mean and deviation of what it saw while it warmed up', () => {
    const detector = one();
    const memory = emptyMemory(detector);
    const values = noise(11, 120).map((value) => 40 + value);
    run(detector, values, memory);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(expectationOf(memory, detector, 0).mean).toBeCloseTo(mean, 9);
    expect(expectationOf(memory, detector, 0).deviation).toBeCloseTo(Math.sqrt(variance), 9);
  });

  test('believes no deviation below the floor, absolute or relative', () => {
    const steady = Array<number>(200).fill(80);
    const last = (floor: DeviationFloor, value: number) => run(one(floor), [...steady, value]).at(-1);
    expect(last({ absolute: 0.5 }, 83)?.score).toBeCloseTo(6, 9);
    expect(last({ absolute: 0.5 }, 83)?.finding).toBeUndefined();
    expect(last({ absolute: 0.5, relative: 0.1 }, 60)?.score).toBeCloseTo(-2.5, 9);
    expect(last({ absolute: 0.5 }, 76)?.finding).toEqual({ signal: 0, score: -8, expected: { mean: 80, deviation: 0.5 } });
  });

  test('alerts once for several signals, about the one that stands out most', () => {
    const detector = anomalyDetector(['a', 'b', 'c'].map((name) => ({ name, floor: { absolute: 1 } })));
    const memory = emptyMemory(detector);
    const scores = new Float64Array(3);
    for (let index = 0; index < 200; index += 1) {
      judge(memory, detector, [0, 0, null], true, scores);
    }
    expect(judge(memory, detector, [8, -9, 1e6], true, scores)).toMatchObject({ signal: 1, score: -9 });
    expect([...scores]).toEqual([8, -9, NaN]);
    expect(judge(memory, detector, [30, 30, null], true, scores)).toBeUndefined();
    expect(memory.quietReadings).toBe(refractoryReadings - 1);
  });

  test('scores a late reading, may alert on it, and learns nothing of it', () => {
    const detector = one();
    const memory = emptyMemory(detector);
    run(detector, noise(5, 300), memory);
    const before = structuredClone(memory);
    const scores = new Float64Array(1);
    expect(judge(memory, detector, [0.5], false, scores)).toBeUndefined();
    expect(Math.abs(scores[0] as number)).toBeLessThan(threshold);
    expect(memory).toEqual(before);
    expect(judge(memory, detector, [-500], false, scores)?.score).toBeLessThan(-threshold);
    expect(memory).toEqual({ ...before, quietReadings: refractoryReadings });
    judge(memory, detector, [0.5], false, scores);
    expect(memory.quietReadings).toBe(refractoryReadings);
  });

  test.each([
    [{ rate: 0 }, 'rate is 0; it must be above 0 and below 1'],
    [{ rate: 1 }, 'rate is 1'],
    [{ threshold: 0 }, 'threshold is 0'],
    [{ warmUpReadings: 1 }, 'warmUpReadings is 1; it must be a whole number from 2'],
    [{ refractoryReadings: -1 }, 'refractoryReadings is -1'],
    [{ influenceLimit: 0.5 }, 'influenceLimit is 0.5; it must be at least 1'],
  ])('refuses %j', (options, message) => {
    expect(() => one(undefined, options)).toThrow(message);
    expect(() => one(undefined, options)).toThrow(RangeError);
  });

  test.each([{ absolute: 0 }, { absolute: NaN }, { absolute: 1, relative: -1 }])('refuses the floor %j', (floor) => {
    expect(() => one(floor)).toThrow('floor of temperature');
  });
});

describe('what a detector remembers', () => {
  const stored = (memory: AnomalyMemory): Uint8Array => {
    const writer = new StateWriter();
    writeMemory(writer, memory);
    return writer.finish();
  };
  const restored = (bytes: Uint8Array, detector: AnomalyDetector): AnomalyMemory => {
    const reader = new StateReader(bytes);
    const memory = readMemory(reader, detector);
    reader.end();
    return memory;
  };

  test('goes on from its bytes and from a clone to the last bit, wherever it is stored', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 900 }), (seed, at) => {
        const detector = one();
        const values = noise(seed, 900).map((value, index) => (index % 211 === 210 ? value * 100 : value));
        const memory = emptyMemory(detector);
        run(detector, values.slice(0, at), memory);
        const fromBytes = restored(stored(memory), detector);
        const fromClone = structuredClone(memory);
        const whole = run(detector, values.slice(at), memory);
        expect(run(detector, values.slice(at), fromBytes)).toEqual(whole);
        expect(run(detector, values.slice(at), fromClone)).toEqual(whole);
        expect(fromBytes).toEqual(memory);
      }),
      { numRuns: 30 },
    );
  });

  test('takes less than 20 bytes for each signal, however long it has been', () => {
    const detector = one();
    const memory = emptyMemory(detector);
    run(detector, noise(1, 5000), memory);
    expect(stored(memory).length).toBeLessThanOrEqual(20);
  });

  test('is refused when it is cut short or says what cannot be', () => {
    const detector = one();
    const memory = emptyMemory(detector);
    run(detector, noise(1, 300), memory);
    const bytes = stored(memory);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => restored(bytes.subarray(0, length), detector)).toThrow(StateBytesError);
    }
    memory.cells[2] = -1;
    expect(() => restored(stored(memory), detector)).toThrow('a variance of -1');
  });

  test('can be forgotten, as after a repair', () => {
    const detector = one();
    const memory = emptyMemory(detector);
    run(detector, [...noise(1, 300), 1e3], memory);
    clearMemory(memory);
    expect(memory).toEqual(emptyMemory(detector));
  });
});
