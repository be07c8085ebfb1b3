import * as path from 'node:path';
import { factory } from '../../domains/factory/domain';
import { writeJudgingLake } from '../shared/judging-lake';
import { bundle, runToEnd } from '../shared/run-subject';
import { median } from '../shared/statistics';
import type { Suite } from '../shared/suite';
import type { JudgingMeasurement } from '../subjects/judging';

const trees = 300;
/** Memory of the function, and how long AWS lets one run. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const limits = { memoryMiB: 2048, seconds: 900 };

/** What it takes to judge a model beside the one in use. */
export const judging: Suite = {
  name: 'judging',
  about:
    'two models of 300 trees and a baseline, judged on a million rows of the factory; the function has 2,048 MiB and 15 minutes',
  run: async (context) => {
    const rows = context.records ?? 1_000_000;
    const lake = path.join(context.directory, 'judging');
    const subject = await bundle(path.join(__dirname, '..', 'subjects', 'judging.ts'), context.directory);
    await writeJudgingLake(lake, rows, trees);
    const measured: JudgingMeasurement[] = [];
    for (let round = 1; round <= context.runs; round += 1) {
      measured.push((await runToEnd([subject, JSON.stringify({ directory: lake })])) as JudgingMeasurement);
    }
    const middle = (figure: keyof JudgingMeasurement): number =>
      Math.round(10 * median(measured.map((each) => each[figure]))) / 10;
    const figures = {
      rows,
      trees,
      features: factory.trainingSet.features.length,
      seconds: middle('seconds'),
      cpuSeconds: middle('cpuSeconds'),
      peakRssMiB: middle('peakRssMiB'),
      limits,
    };
    context.say(`  ${JSON.stringify(figures)}`);
    context.keep('judging', figures);
  },
};
