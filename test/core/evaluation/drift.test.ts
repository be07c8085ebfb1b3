import * as fc from 'fast-check';
import { driftBetween } from '../../../core/evaluation/drift';
import { histogram, quantileEdges, type Histogram } from '../../../core/evaluation/histogram';
import { SeededRandom } from '../../../core/random';

const values = fc.array(fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 })), { maxLength: 60 });
const rows = ({ counts, missing }: Histogram): number => counts.reduce((sum, count) => sum + count, missing);

describe('a histogram', () => {
  test('counts every value once, between the edges where it lies', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: 2, max: 12 }), (reference, current, bins) => {
        const edges = quantileEdges(reference, bins);
        expect([...edges].sort((a, b) => a - b)).toEqual(edges);
        expect(new Set(edges).size).toBe(edges.length);
        const counted = histogram(current, edges);
        expect(rows(counted)).toBe(current.length);
        counted.counts.forEach((count, bin) => {
          const [from, to] = [edges[bin - 1] ?? -Infinity, edges[bin] ?? Infinity];
          const isLast = bin === edges.length;
          expect(count).toBe(current.filter((value) => value >= from && (isLast || value < to)).length);
        });
      }),
    );
  });

  test('of what its edges were made of has about equal bins', () => {
    const random = SeededRandom.fromSeed(1);
    const sample = Float64Array.from({ length: 5003 }, () => random.normal(50, 3));
    const { counts } = histogram(sample, quantileEdges(sample));
    expect(counts).toHaveLength(10);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test('has a bin of its own for a value that is frequent, and for a constant', () => {
    const counter = Float64Array.from({ length: 100 }, (_, index) => (index < 60 ? 0 : index));
    const { counts, edges } = histogram(counter, quantileEdges(counter, 5));
    expect(edges.slice(0, 2)).toEqual([0, Number.MIN_VALUE]);
    expect(counts.slice(0, 2)).toEqual([0, 60]);
    expect(histogram([6.9, 7, 7, 7.1], quantileEdges([7, 7, 7])).counts).toEqual([1, 2, 1]);
    expect(histogram([-7.1, -7, -6.9], quantileEdges([-7])).counts).toEqual([1, 1, 1]);
  });

  test('keeps missing values apart, infinite ones at its ends', () => {
    expect(histogram([NaN, -Infinity, 1, Infinity, NaN], [0, 2])).toEqual({ edges: [0, 2], counts: [1, 1, 1], missing: 2 });
    expect(quantileEdges([NaN, Infinity])).toEqual([]);
    expect(histogram([NaN, 4], [])).toEqual({ edges: [], counts: [1], missing: 1 });
  });
});

describe('drift', () => {
  const of = (counts: readonly number[], missing = 0): Histogram => ({
    edges: counts.slice(1).map((_, index) => index),
    counts,
    missing,
  });
  const histograms = fc
    .integer({ min: 1, max: 8 })
    .chain((bins) =>
      fc.tuple(
        fc.array(fc.nat(500), { minLength: bins, maxLength: bins }),
        fc.array(fc.nat(500), { minLength: bins, maxLength: bins }),
        fc.nat(50),
        fc.nat(50),
      ),
    )
    .map(([before, after, missingBefore, missingAfter]) => [of(before, missingBefore), of(after, missingAfter)] as const);

  test('is finite, never below 0, and the same in both directions', () => {
    fc.assert(
      fc.property(histograms, ([before, after]) => {
        const drift = driftBetween(before, after);
        if (rows(before) === 0 || rows(after) === 0) {
          expect(drift).toBeUndefined();
          return;
        }
        expect(Number.isFinite(drift?.psi)).toBe(true);
        expect(drift?.psi).toBeGreaterThanOrEqual(0);
        expect(drift?.psi).toBeCloseTo(driftBetween(after, before)?.psi ?? NaN, 12);
      }),
    );
  });

  test('is 0 between equal shares, whatever the number of rows', () => {
    fc.assert(
      fc.property(histograms, fc.integer({ min: 1, max: 9 }), ([before], times) => {
        fc.pre(rows(before) > 0);
        const after = { ...before, counts: before.counts.map((count) => count * times), missing: before.missing * times };
        expect(driftBetween(before, after)?.psi).toBeCloseTo(0, 12);
      }),
    );
  });

  test('is the index by hand where no bin is empty', () => {
    // 0.2 and 0.8 against 0.4 and 0.6; many rows, so that the row that is added does not matter.
    const expected = -0.2 * Math.log(0.2 / 0.4) + 0.2 * Math.log(0.8 / 0.6);
    expect(driftBetween(of([2e6, 8e6]), of([4e6, 6e6]))?.psi).toBeCloseTo(expected, 6);
  });

  test('of two samples of the same kind is on average what it says it is by chance', () => {
    const random = SeededRandom.fromSeed(5);
    const sample = (size: number): Float64Array => Float64Array.from({ length: size }, () => random.normal());
    const edges = quantileEdges(sample(20_000));
    let [psi, byChance] = [0, 0];
    for (let round = 0; round < 200; round += 1) {
      const drift = driftBetween(histogram(sample(800), edges), histogram(sample(400), edges));
      psi += (drift?.psi ?? NaN) / 200;
      byChance += (drift?.psiByChance ?? NaN) / 200;
    }
    expect(byChance).toBeCloseTo(9 * (1 / 800 + 1 / 400), 10);
    expect(psi / byChance).toBeGreaterThan(0.9);
    expect(psi / byChance).toBeLessThan(1.1);
  });

  test('is large when what was there is gone, or values are missing that were not', () => {
    expect(driftBetween(of([100, 0]), of([0, 100]))?.psi).toBeGreaterThan(5);
    expect(driftBetween(of([100], 0), of([50], 50))?.psi).toBeGreaterThan(1);
  });

  test('needs the same edges', () => {
    expect(() => driftBetween(of([1, 2]), of([1, 2, 3]))).toThrow(RangeError);
    expect(() => driftBetween(of([1, 2]), { ...of([1, 2]), edges: [0.5] })).toThrow('different edges');
  });
});
