import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { bundleSimulator, loadBundle, patched } from '../../../../consumer/kcl/simulator/bundle';
import { deviceBugs, type DeviceBug } from './bugs';
import type * as simulation from './simulate-telemetry';

const root = path.resolve(__dirname, '../../../../consumer');
const source = { entry: path.join(__dirname, 'simulate-telemetry.ts'), root };
const bugs = Object.entries(deviceBugs) as [string, DeviceBug][];

/** Within so many seeds each bug has to be caught. */
const withinSeeds = 60;

describe('a planted bug', () => {
  it.each(bugs)('%s changes the text that it means, which is there once', (_, { patches }) => {
    for (const patch of patches) {
      const text = readFileSync(path.join(root, patch.file), 'utf8');
      expect(patched(text, patch)).not.toBe(text);
    }
  });

  it.each(bugs)(
    '%s is caught: rows or ledger differ',
    async (_, bug) => {
      const { simulateTelemetry } = loadBundle(await bundleSimulator(bug, source)) as typeof simulation;
      for (let seed = bug.fromSeed; seed < bug.fromSeed + withinSeeds; seed += 1) {
        const { differences } = await simulateTelemetry(bug.domain, { ...bug.run, seed });
        if (differences.length > 0) {
          return;
        }
      }
      throw new Error(`not caught within ${withinSeeds} seeds`);
    },
    120_000,
  );
});
