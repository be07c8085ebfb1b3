import * as path from 'node:path';
import { hourMs } from '../../core/features/statistics';
import { factory } from '../../domains/factory/domain';
import { runToEnd } from '../shared/run-subject';
import { median } from '../shared/statistics';
import type { Suite } from '../shared/suite';
import type { LakeAssignment, LakeMeasurement } from '../subjects/lake';
import type { TrainingSetAssignment, TrainingSetMeasurement } from '../subjects/training-set';

const subjects = path.join(__dirname, '..', 'subjects');

/** USD for a TB scanned, in most regions. https://aws.amazon.com/athena/pricing/ */
const usdPerTB = 5;

/** A window's end; any will do. */
const end = Date.UTC(2026, 10, 20);

/** Days that lie in the lake before those that the statement may read, so that it shows whether they are left alone. */
const daysBefore = 10;
/** Firehose closes a file after 15 minutes at most, and after 64 MiB at least: between the two, one an hour. */
const filesPerDay = 24;

/** What the training set of the factory takes, by the local Athena, and what the same statement would cost in Athena. */
export const trainingSet: Suite = {
  name: 'training-set',
  about:
    'the training set of a lake of 1,000,000 rows (--rows), by the local Athena: time, memory, and bytes that Athena would scan',
  run: async (context) => {
    const { windowDays: days = 30 } = factory.trainingSet;
    const lake: LakeAssignment = {
      directory: path.join(context.directory, 'lake'),
      rows: context.records ?? 1_000_000,
      days,
      daysBefore,
      filesPerDay,
      end,
    };
    const made = (await run('lake.ts', lake)) as LakeMeasurement;
    context.say(`  ${JSON.stringify(made)}`);
    const window = { start: end - days * 24 * hourMs, end };
    const assignment: TrainingSetAssignment = { directory: context.directory, scope: { window, arrivedBefore: end + hourMs } };
    const measured: TrainingSetMeasurement[] = [];
    for (let round = 1; round <= Math.min(context.runs, 3); round += 1) {
      const figures = (await run('training-set.ts', assignment)) as TrainingSetMeasurement;
      context.say(`  ${JSON.stringify({ ...figures, etags: undefined })}`);
      measured.push(figures);
    }
    if (new Set(measured.map(({ etags }) => JSON.stringify(etags))).size !== 1) {
      throw new Error('the same lake gave different training sets');
    }
    const middle = (figure: 'seconds' | 'cpuSeconds' | 'peakRssMiB'): number =>
      Number(median(measured.map((each) => each[figure])).toFixed(1));
    const { examples = 0, scannedBytes = 0 } = measured[0] ?? {};
    const figures = {
      ...made,
      examples,
      seconds: middle('seconds'),
      cpuSeconds: middle('cpuSeconds'),
      peakRssMiB: middle('peakRssMiB'),
      scannedBytes,
      usdInAthena: Number(((scannedBytes / 2 ** 40) * usdPerTB).toFixed(4)),
    };
    context.say(`  ${JSON.stringify(figures)}`);
    context.keep('training-set', figures);
  },
};

/** With tsx, for the database is a native module and no bundle takes it in. */
const run = (subject: string, assignment: object): Promise<unknown> =>
  runToEnd(['--import', 'tsx', path.join(subjects, subject), JSON.stringify(assignment)]);
