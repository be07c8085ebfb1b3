import * as path from 'node:path';
import { bundle, runToEnd } from '../shared/run-subject';
import { startBenchServer } from '../shared/bench-server';
import { median } from '../shared/statistics';
import type { Suite } from '../shared/suite';

const here = path.join(__dirname, '..');
const shards = 64;
const recordBytes = 1000;

/** What `bench/subjects/memory.ts` prints. */
interface MemoryCurve {
  readonly records: number;
  readonly peakRssMiB: number;
  /** Resident memory, sampled evenly from the first record to the last. */
  readonly samplesMiB: readonly number[];
}

/** What a worker holds: with nothing to read, and with far more to read than it could hold. */
export const memory: Suite = {
  name: 'memory',
  about: '64 shards in one worker: idle, and with 1 GB of backlog that a slow processor works off',
  run: async (context) => {
    const subject = await bundle(path.join(here, 'subjects', 'memory.ts'), context.directory);
    const figures: Record<string, object> = {};
    for (const [name, records] of [
      ['idle', 0],
      ['backlog', context.records ?? 1_000_000],
    ] as const) {
      context.say(`${name}: ${records} records of ${recordBytes} bytes in ${shards} shards`);
      const server = await startBenchServer({ records, shards, payload: String(recordBytes) });
      const curves: MemoryCurve[] = [];
      try {
        for (let round = 1; round <= Math.min(context.runs, 3); round += 1) {
          const assignment = {
            kinesis: server.kinesis,
            dynamodb: server.dynamodb,
            firehose: server.firehose,
            stream: 'bench',
            records,
            run: `memory-${name}-${round}`,
          };
          // The container's own command line: see consumer/Dockerfile.
          curves.push((await runToEnd(['--max-old-space-size=320', subject, JSON.stringify(assignment)])) as MemoryCurve);
        }
      } finally {
        await server.stop();
      }
      const half = (curve: MemoryCurve, second: boolean): number => {
        const { samplesMiB } = curve;
        const middle = Math.floor(samplesMiB.length / 2);
        return median(second ? samplesMiB.slice(middle) : samplesMiB.slice(0, middle));
      };
      figures[name] = {
        records,
        peakRssMiB: median(curves.map(({ peakRssMiB }) => peakRssMiB)),
        firstHalfMiB: median(curves.map((curve) => half(curve, false))),
        secondHalfMiB: median(curves.map((curve) => half(curve, true))),
        runsPeakMiB: curves.map(({ peakRssMiB }) => peakRssMiB),
      };
      context.say(`  ${JSON.stringify(figures[name])}`);
    }
    context.keep('memory', { shards, recordBytes, ...figures });
  },
};
