import * as path from 'node:path';
import { bundleSimulator, loadBundle } from '../../../../consumer/kcl/simulator/bundle';
import type { SimulatedDomain } from './messages';
import type * as simulation from './simulate-telemetry';

const root = path.resolve(__dirname, '../../../../consumer');
const source = { entry: path.join(__dirname, 'simulate-telemetry.ts'), root };

/** Seeds of a build, few enough for a machine that is busy with other tests. `SEEDS=from-to npx jest telemetry-simulation` plays others. */
const [firstSeed = 1, lastSeed = 6] = (process.env['SEEDS'] ?? '').split('-').filter(Boolean).map(Number);

describe('the service’s processors on fleets of workers in simulated time', () => {
  let simulateTelemetry: (typeof simulation)['simulateTelemetry'];
  beforeAll(async () => {
    ({ simulateTelemetry } = loadBundle(await bundleSimulator(undefined, source)) as typeof simulation);
  });

  it.each<SimulatedDomain>(['fixture', 'factory'])(
    'give the rows, the quarantine and the ledger of a worker that nothing befalls (%s)',
    async (domain) => {
      const wrong: unknown[] = [];
      const sums = { records: 0, repeated: 0, loaded: 0, stored: 0, takes: 0 };
      for (let seed = firstSeed; seed <= lastSeed; seed += 1) {
        const result = await simulateTelemetry(domain, { seed });
        const { devicesLoaded, devicesStored, differences, records, repeated, takes, violation } = result;
        wrong.push(...(violation === undefined && differences.length === 0 ? [] : [{ seed, violation, differences }]));
        sums.records += records;
        sums.repeated += repeated;
        sums.loaded += devicesLoaded;
        sums.stored += devicesStored;
        sums.takes += takes;
      }
      // The seeds that it can be played again by.
      expect(wrong).toEqual([]);
      const seeds = lastSeed - firstSeed + 1;
      expect(sums.records).toBeGreaterThan(100 * seeds);
      expect(sums.repeated).toBeGreaterThan(0);
      expect(Math.min(sums.loaded, sums.stored)).toBeGreaterThan(10 * seeds);
      expect(sums.takes).toBeGreaterThan(3 * seeds);
    },
    300_000,
  );

  it('play exactly again: the same seed gives the same events', async () => {
    const [first, second] = [await simulateTelemetry('fixture', { seed: 5 }), await simulateTelemetry('fixture', { seed: 5 })];
    expect(second).toEqual(first);
  });
});
