import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { plantedBugs, type PlantedBug } from '../../../../consumer/kcl/simulator/bugs';
import { bundleSimulator, loadSimulator, patched } from '../../../../consumer/kcl/simulator/bundle';
import { invariants } from '../../../../consumer/kcl/simulator/invariants';

const library = path.resolve(__dirname, '../../../../consumer/kcl');
const bugs = Object.entries(plantedBugs) as [string, PlantedBug][];

/** Within so many seeds each bug has to be caught. */
const withinSeeds = 300;

describe('a planted bug', () => {
  it.each(bugs)('%s changes the text that it means, which is there once', (_, { patches }) => {
    expect(patches.length).toBeGreaterThan(0);
    for (const patch of patches) {
      const source = readFileSync(path.join(library, patch.file), 'utf8');
      expect(patched(source, patch)).not.toBe(source);
    }
  });

  it.each(bugs)(
    '%s is caught by the name of the invariant that it breaks',
    async (_, bug) => {
      const { simulate } = loadSimulator(await bundleSimulator(bug));
      const others = new Map<string, number>();
      for (let seed = bug.fromSeed; seed < bug.fromSeed + withinSeeds; seed += 1) {
        const { violation } = await simulate({ ...bug.run, seed });
        if (violation?.invariant === bug.breaks) {
          return;
        }
        if (violation !== undefined) {
          others.set(violation.invariant, seed);
        }
      }
      throw new Error(`not caught within ${withinSeeds} seeds; others broken: ${JSON.stringify([...others])}`);
    },
    60_000,
  );

  it('stands for each invariant of the thirteen', () => {
    const named = new Set(bugs.map(([, { breaks }]) => breaks));
    const unnamed = Object.keys(invariants).filter((name) => !named.has(name as never));
    // An orderly end is not one of the thirteen.
    expect(unnamed).toEqual(['orderly-end']);
  });
});
