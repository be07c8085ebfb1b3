import { SeededRandom } from '../../core/random';

const draws = (random: SeededRandom, count: number): number[] => Array.from({ length: count }, () => random.uniform());
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('SeededRandom', () => {
  test('gives the same numbers for the same seed, and others for another', () => {
    expect(draws(SeededRandom.fromSeed(7), 5)).toEqual(draws(SeededRandom.fromSeed(7), 5));
    expect(draws(SeededRandom.fromSeed(7), 5)).not.toEqual(draws(SeededRandom.fromSeed(8), 5));
  });

  test('a fork depends on its name alone, not on what was drawn before', () => {
    const drawn = SeededRandom.fromSeed(1);
    draws(drawn, 100);
    drawn.normal();
    expect(draws(drawn.fork('noise'), 5)).toEqual(draws(SeededRandom.fromSeed(1).fork('noise'), 5));
    expect(draws(drawn.fork('noise'), 5)).not.toEqual(draws(drawn.fork('wear'), 5));
  });

  test('has the moments of its distributions', () => {
    const random = SeededRandom.fromSeed(42);
    const sample = (draw: () => number): number[] => Array.from({ length: 20_000 }, draw);
    const normal = sample(() => random.normal(3, 2));
    expect(mean(normal)).toBeCloseTo(3, 1);
    expect(Math.sqrt(mean(normal.map((value) => (value - 3) ** 2)))).toBeCloseTo(2, 1);
    expect(mean(sample(() => random.uniform()))).toBeCloseTo(0.5, 1);
    expect(mean(sample(() => random.exponential(4))) / 4).toBeCloseTo(1, 1);
    // The mean of a Weibull distribution of shape 2 is its scale times Γ(1.5).
    expect(mean(sample(() => random.weibull(1, 2)))).toBeCloseTo(0.886, 1);
  });

  test('draws whole numbers from both ends of the range, and keeps items when it shuffles', () => {
    const random = SeededRandom.fromSeed(3);
    expect(new Set(Array.from({ length: 200 }, () => random.integer(1, 3)))).toEqual(new Set([1, 2, 3]));
    expect(random.shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
    expect(() => random.choice([])).toThrow(RangeError);
  });
});
