import fc from 'fast-check';
import { hoursOf, overBudget, type SpentJob } from '../../../../lambda/shared/job/budget';

const hourMs = 3_600_000;
const now = 100 * hourMs;
const hours = (length: number, instances = 1): SpentJob => ({ startedAt: now - length * hourMs, endedAt: now, instances });

describe('the budget of training', () => {
  test('counts the hours of each instance, those of a job that runs until now, and none of one that has not begun', () => {
    const jobs = [hours(2), hours(1, 3), { startedAt: now - 0.5 * hourMs, instances: 1 }, { instances: 4 }];
    expect(hoursOf(jobs, now)).toBe(5.5);
  });

  test.each<[string, SpentJob[], string | undefined]>([
    ['nothing was started', [], undefined],
    ['there are fewer jobs, and fewer hours', [hours(2), hours(2.9)], undefined],
    ['there are as many jobs', [hours(0), hours(0), hours(0)], '3 training jobs were started within 24 hours, 3 are allowed'],
    ['there are as many hours', [hours(2.5, 2)], 'training took 5.00 instance hours within 24 hours, 5 are allowed'],
  ])('when %s', (_what, jobs, reason) => {
    expect(overBudget({ maxJobs: 3, maxHours: 5 }, jobs, now)).toBe(reason);
  });

  test('has room for several jobs, or for none of them', () => {
    const budget = { maxJobs: 3, maxHours: 5 };
    expect(overBudget(budget, [hours(1)], now, 2)).toBeUndefined();
    expect(overBudget(budget, [hours(1)], now, 3)).toBe(
      '1 training jobs were started within 24 hours and 3 more are to be, 3 are allowed',
    );
  });

  test('is never met again by one job more (seed 1)', () => {
    const job = fc.record({ startedAt: fc.integer({ min: 0, max: now }), instances: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(job, { maxLength: 12 }), job, (jobs, more) => {
        const budget = { maxJobs: 10, maxHours: 200 };
        fc.pre(overBudget(budget, jobs, now) !== undefined);
        expect(overBudget(budget, [...jobs, more], now)).toBeDefined();
      }),
      { seed: 1 },
    );
  });
});
