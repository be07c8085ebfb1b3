import fc from 'fast-check';
import { capacityProviderStrategy } from '../../../lib/consumer/capacity';

/** How many of so many tasks ECS puts on Spot: the bases first, then each where the share by weight is smallest. */
function onSpot(tasks: number, maxTasks: number, spotPercent: number): number {
  const providers = capacityProviderStrategy({ maxTasks, spotPercent }).map(({ capacityProvider, base = 0, weight = 0 }) => ({
    isSpot: capacityProvider === 'FARGATE_SPOT',
    base: Math.min(base, tasks),
    beyond: 0,
    weight,
  }));
  const based = providers.reduce((sum, { base }) => sum + base, 0);
  for (let task = based; task < tasks; task += 1) {
    const [next] = providers
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => (a.beyond + 1) / a.weight - (b.beyond + 1) / b.weight);
    if (next !== undefined) {
      next.beyond += 1;
    }
  }
  return providers.filter(({ isSpot }) => isSpot).reduce((sum, { base, beyond }) => sum + base + beyond, 0);
}

const settings = fc.record({
  maxTasks: fc.integer({ min: 1, max: 1_000 }),
  spotPercent: fc.integer({ min: 0, max: 100 }),
});

describe('the share of the tasks on Spot', () => {
  it.each([
    ['none', 4, 0, [{ capacityProvider: 'FARGATE', weight: 1 }]],
    ['all', 4, 100, [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }]],
    ['half of two', 2, 50, [{ base: 1, weight: 1 }, { weight: 1_000 }]],
    ['half of four', 4, 50, [{ base: 1, weight: 1 }, { weight: 2 }]],
    ['three quarters of twelve', 12, 75, [{ base: 1, weight: 2 }, { weight: 9 }]],
    ['less than a task', 4, 10, [{ capacityProvider: 'FARGATE', weight: 1 }]],
    ['a task that has to be on demand', 1, 90, [{ capacityProvider: 'FARGATE', weight: 1 }]],
  ])('is %s', (_name, maxTasks, spotPercent, expected) => {
    expect(capacityProviderStrategy({ maxTasks, spotPercent })).toMatchObject(expected);
  });

  it('is what was asked for when the service has scaled out, to the task, and leaves one on demand unless all are to be on Spot', () => {
    fc.assert(
      fc.property(settings, ({ maxTasks, spotPercent }) => {
        const spot = onSpot(maxTasks, maxTasks, spotPercent);
        const asked = Math.round((maxTasks * spotPercent) / 100);
        expect(spot).toBe(spotPercent === 100 ? maxTasks : Math.min(asked, maxTasks - 1));
      }),
    );
  });

  it('leaves a task on demand however few there are', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 1_000 }), ({ maxTasks, spotPercent }, some) => {
        const tasks = Math.min(some, maxTasks);
        expect(tasks - onSpot(tasks, maxTasks, spotPercent)).toBeGreaterThanOrEqual(spotPercent === 100 ? 0 : 1);
      }),
    );
  });

  it('is within what ECS takes', () => {
    fc.assert(
      fc.property(settings, (setting) => {
        const strategy = capacityProviderStrategy(setting);
        expect(strategy.filter(({ base }) => base !== undefined).length).toBeLessThanOrEqual(1);
        expect(strategy.some(({ weight = 0 }) => weight > 0)).toBe(true);
        for (const { weight = 0 } of strategy) {
          expect(Number.isInteger(weight) && weight <= 1_000).toBe(true);
          // What has no weight places no task.
          expect(weight).toBeGreaterThan(0);
        }
      }),
    );
  });
});
