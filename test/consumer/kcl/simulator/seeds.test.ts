import { bundleSimulator, loadSimulator, type BundledSimulator } from '../../../../consumer/kcl/simulator/bundle';
import type { RunResult } from '../../../../consumer/kcl/simulator/simulation';

/** Seeds of a build: few enough for a machine that is busy with other tests. `npm run simulate` plays as many as one likes. */
const seeds = 20;

describe('fleets of workers in simulated time', () => {
  // Bundled, as `npm run simulate` plays them: twice as fast as module by module.
  let simulate: BundledSimulator['simulate'];
  beforeAll(async () => {
    ({ simulate } = loadSimulator(await bundleSimulator()));
  });

  it('hold every invariant through faults of all kinds', async () => {
    const violated: (RunResult['violation'] & { readonly seed: number })[] = [];
    const kinds = new Set<string>();
    let records = 0;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { faults, records: processed, violation } = await simulate({ seed });
      records += processed;
      [...faults.keys()].forEach((kind) => kinds.add(kind));
      if (violation !== undefined) {
        violated.push({ ...violation, seed });
      }
    }
    expect(violated).toEqual([]);
    expect(records).toBeGreaterThan(1300);
    expect(kinds.size).toBeGreaterThanOrEqual(23);
  });

  it('replay exactly: the same seed gives the same events', async () => {
    for (const seed of [7, 77, 777]) {
      const [first, second] = [await simulate({ seed }), await simulate({ seed })];
      expect(second).toEqual(first);
      expect(first.hash).toMatch(/^[0-9a-f]{24}$/);
    }
    expect((await simulate({ seed: 8 })).hash).not.toBe((await simulate({ seed: 7 })).hash);
  });

  it('are as large as they are told to be', async () => {
    const { records, takes, violation } = await simulate({
      seed: 1,
      shards: 60,
      workers: 12,
      minutes: 0.2,
      faults: ['restart', 'split'],
    });
    expect(violation).toBeUndefined();
    expect(takes).toBeGreaterThanOrEqual(60);
    expect(records).toBeGreaterThan(60);
  });
});
