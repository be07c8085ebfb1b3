import { SeededRandom } from '../../core/random';
import { planChaos } from './plan';
import { OptionError, parseOptions } from './options';

describe('the plan of a chaos run', () => {
  const planOf = (seed: number, durationMs = 180_000) => planChaos(SeededRandom.fromSeed(seed), durationMs, 2000);

  it('is the same for the same seed, and another for another', () => {
    expect(planOf(1)).toEqual(planOf(1));
    expect(planOf(1)).not.toEqual(planOf(2));
  });

  it('has every kind of action in its first steps, in the order of time and within its duration', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const plan = planOf(seed, 25_000);
      const times = plan.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(25_000);
      const kinds = plan.map(({ action }) => action.kind);
      expect(kinds).toEqual(expect.arrayContaining(['replace', 'kill', 'split', 'pause', 'weather', 'merge']));
    }
  });
});

describe('the options of a chaos run', () => {
  it('are three minutes of chaos by default, with a seed by the clock', () => {
    expect(parseOptions([], 1_234_567)).toMatchObject({ minutes: 3, seed: 234_567, workers: 4, shards: 8, fanOut: false });
  });

  it('are refused by name when they are out of bounds or unknown', () => {
    expect(() => parseOptions(['--workers', '1'], 0)).toThrow(new OptionError('--workers 1: allowed are numbers from 2 to 32'));
    expect(() => parseOptions(['--minuets', '1'], 0)).toThrow(/--minuets/);
    expect(() => parseOptions(['--pipeline', '--fan-out'], 0)).toThrow(/--pipeline --fan-out/);
    expect(parseOptions(['--help'], 0)).toBeUndefined();
  });
});
