import * as path from 'node:path';
import { bundle, runToEnd } from '../shared/run-subject';
import { median } from '../shared/statistics';
import type { Suite, SuiteContext } from '../shared/suite';
import type { FeaturesAssignment, FeaturesMeasurement } from '../subjects/features';
import type { WindowsAssignment, WindowsMeasurement } from '../subjects/windows';

const subjects = path.join(__dirname, '..', 'subjects');
const domains = ['factory', 'turbofan'] as const;
const lengths = [8, 16, 24, 32, 48, 64, 128, 256, 1024];
const signals = 10;
/** Devices of a shard; fewer where their windows would not fit into memory. */
const devicesFor = (length: number): number => Math.min(1000, Math.floor(64_000 / length));

/** What features cost, and where one way to compute them overtakes the other. */
export const features: Suite = {
  name: 'features',
  about: 'features per record and bytes per device, by domain; windows scanned and kept running, by length',
  run: async (context) => {
    const figures = { domains: await byDomain(context), signals, windows: await byLength(context) };
    context.keep('features', figures);
  },
};

async function byDomain(context: SuiteContext): Promise<object> {
  const subject = await bundle(path.join(subjects, 'features.ts'), context.directory);
  const measured = new Map<string, FeaturesMeasurement[]>(domains.map((domain) => [domain, []]));
  for (let round = 1; round <= context.runs; round += 1) {
    for (const domain of domains) {
      const assignment: FeaturesAssignment = { domain, devices: 1000, records: context.records ?? 100_000 };
      const figures = await runToEnd(['--expose-gc', subject, JSON.stringify(assignment)]);
      measured.get(domain)?.push(figures as FeaturesMeasurement);
    }
  }
  const medians = [...measured].map(([domain, all]) => {
    const middle = (figure: keyof FeaturesMeasurement): number => Math.round(median(all.map((each) => each[figure])));
    return {
      domain,
      nsPerRecord: middle('nsPerRecord'),
      heapBytesPerDevice: middle('heapBytesPerDevice'),
      encodedBytesPerDevice: middle('encodedBytesPerDevice'),
      encodeNs: middle('encodeNs'),
      decodeNs: middle('decodeNs'),
    };
  });
  medians.forEach((each) => context.say(`  ${JSON.stringify(each)}`));
  return medians;
}

async function byLength(context: SuiteContext): Promise<object> {
  const subject = await bundle(path.join(subjects, 'windows.ts'), context.directory);
  const medians: object[] = [];
  for (const length of lengths) {
    const devices = devicesFor(length);
    const nsPerValue: Record<string, number> = {};
    for (const [name, method, displacement] of [
      ['scan', 'scan', 0],
      ['running', 'running', 0],
      ['runningLate', 'running', Math.min(10, length / 2)],
    ] as const) {
      const all: number[] = [];
      for (let round = 1; round <= Math.min(context.runs, 3); round += 1) {
        const assignment: WindowsAssignment = { length, method, signals, devices, displacement, records: 50_000 };
        all.push(((await runToEnd([subject, JSON.stringify(assignment)])) as WindowsMeasurement).nsPerValue);
      }
      nsPerValue[name] = Math.round(median(all));
    }
    medians.push({ length, devices, nsPerValue });
    context.say(`  ${JSON.stringify(medians.at(-1))}`);
  }
  return medians;
}
