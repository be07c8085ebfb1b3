import fc from 'fast-check';
import { histogram, quantileEdges } from '../../../core/evaluation/histogram';
import { BinCounter } from '../../../lambda/inspect-training-set/bin-counter';
import { barEdges, binsOf } from '../../../lambda/inspect-training-set/bins';
import { ColumnScan } from '../../../lambda/inspect-training-set/column-scan';
import { isUsable } from '../../../lambda/inspect-training-set/usable';

const largest = 3.4028234663852886e38;
const value = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, largest, -largest, 1e300, 0, -0, Number.MIN_VALUE),
);
const values = fc.array(value, { maxLength: 200 });
const usable = (all: readonly number[]): Float64Array => Float64Array.from(all.filter(isUsable));

describe('what is told of a column', () => {
  test('is what its values say, however they are cut into parts', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), (parts) => {
        const scan = new ColumnScan();
        parts.forEach((part) => scan.add(Float64Array.from(part)));
        const all = parts.flat();
        const good = usable(all);
        const { missing, rows, unusable, values: range } = scan.facts;
        expect(rows).toBe(all.length);
        expect(missing).toBe(all.filter(Number.isNaN).length);
        expect(missing + unusable + good.length).toBe(rows);
        if (good.length === 0) {
          expect(range).toBeUndefined();
          return;
        }
        const mean = good.reduce((sum, each) => sum + each / good.length, 0);
        const deviation = Math.sqrt(good.reduce((sum, each) => sum + (each - mean) ** 2 / good.length, 0));
        const size = Math.max(...good.map(Math.abs), 1);
        expect((range?.minimum ?? Number.NaN) === Math.min(...good)).toBe(true);
        expect((range?.maximum ?? Number.NaN) === Math.max(...good)).toBe(true);
        expect(Math.abs((range?.mean ?? Number.NaN) - mean)).toBeLessThanOrEqual(1e-12 * size);
        expect(Math.abs((range?.deviation ?? Number.NaN) - deviation)).toBeLessThanOrEqual(1e-6 * size);
        expect(JSON.stringify(range)).not.toContain('null');
      }),
    );
  });

  test('keeps its digits far from zero', () => {
    const scan = new ColumnScan();
    scan.add(Float64Array.from([1e9 + 1, 1e9 + 2]));
    scan.add(Float64Array.from([1e9 + 3]));
    expect(scan.facts.values?.deviation).toBeCloseTo(Math.sqrt(2 / 3), 9);
  });
});

describe('counting by bins', () => {
  test('counts as the histogram does that drift is told by, but for values that are not usable', () => {
    fc.assert(
      fc.property(values, fc.uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 31 }), (all, unsorted) => {
        const edges = [...unsorted].sort((a, b) => a - b);
        const counter = new BinCounter(edges);
        counter.add(Float64Array.from(all));
        expect(counter.counts).toEqual(histogram(usable(all), edges).counts);
      }),
    );
  });

  test('refuses more edges than it has room for; those of quantiles always fit', () => {
    expect(() => new BinCounter(Array.from({ length: 32 }, (_, index) => index))).toThrow('32 edges');
    fc.assert(
      fc.property(values, (all) => {
        expect(quantileEdges(usable(all)).length).toBeLessThanOrEqual(31);
      }),
    );
  });
});

describe('the bins of a column', () => {
  test('are ascending, and its picture has its values in as many bars as can be told apart', () => {
    fc.assert(
      fc.property(values, (all) => {
        const sample = usable(all).sort();
        const bins = binsOf(sample);
        if (sample.length === 0) {
          expect(bins).toBeUndefined();
          return;
        }
        expect(bins?.edges).toEqual([...(bins?.edges ?? [])].sort((a, b) => a - b));
        const { bars = 0, from = Number.NaN, to = Number.NaN } = bins?.picture ?? {};
        expect(from).toBeLessThanOrEqual(to);
        expect(bars).toBeGreaterThanOrEqual(1);
        expect(bars).toBeLessThanOrEqual(24);
        expect(from < to || bars === 1).toBe(true);
      }),
    );
  });

  test.each<[string, readonly number[], { from: number; to: number; bars: number }]>([
    ['a constant', [7, 7, 7], { from: 7, to: 7, bars: 1 }],
    ['two classes', [0, 0, 1, 1], { from: 0, to: 2, bars: 2 }],
    ['whole numbers up to 24', Array.from({ length: 25 }, (_, index) => index), { from: 0, to: 26, bars: 13 }],
    ['numbers', [0, 0.5, 10], { from: 0, to: 10, bars: 24 }],
  ])('of %s', (_what, sample, picture) => {
    expect(binsOf(Float64Array.from(sample))?.picture).toEqual(picture);
  });

  test('leave a few values that lie far off to the outermost bar', () => {
    const sample = Float64Array.from([...Array.from({ length: 999 }, (_, index) => index / 100), 1e6]);
    const { bars = 0, from = 0, to = 0 } = binsOf(sample)?.picture ?? {};
    expect(to).toBeLessThan(11);
    expect(barEdges({ bars, from, to })).toHaveLength(23);
  });
});
