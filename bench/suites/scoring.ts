import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import type { Domain } from '../../core/domain';
import { factory } from '../../domains/factory/domain';
import { turbofan } from '../../domains/turbofan/domain';
import { makeScoringCase, type ScoringCase } from '../shared/scoring-case';
import { bundle, runToEnd } from '../shared/run-subject';
import { median } from '../shared/statistics';
import type { Suite, SuiteContext } from '../shared/suite';

const root = path.join(__dirname, '..', '..');
const subjects = path.join(root, 'bench', 'subjects');
const domains: readonly Domain[] = [factory, turbofan];

/** What every subject prints. */
export interface ScoringMeasurement {
  /** Processor time to read the model's file, the first time, when nothing has been compiled yet. @default - the subject reads no file */
  readonly parseMs?: number;
  /** Processor time of scoring all rows, when they have been scored once before. */
  readonly nsPerRowAndTree: number;
}

interface Subject {
  readonly name: string;
  readonly measure: (scoring: ScoringCase) => Promise<unknown>;
}

/** Models of the domains' shapes, scored by everything that can. */
export const scoring: Suite = {
  name: 'scoring',
  about: 'a model of each domain’s size, scored by us, by the WebAssembly build, and by XGBoost itself where it is installed',
  run: async (context) => {
    const runners = await subjectsFor(context);
    const models: object[] = [];
    for (const domain of domains) {
      const directory = path.join(context.directory, domain.name);
      mkdirSync(directory);
      const made = await makeScoringCase(directory, domain.trainingSet, context.records ?? 100_000);
      const figures = await compareOn(made, runners, context);
      const { columns, rows, trees } = made;
      models.push({ domain: domain.name, features: columns, trees, rows, subjects: figures });
      context.say(`  ${domain.name}: ${trees} trees, ${columns} features, ${rows} rows`);
      figures.forEach((each) => context.say(`    ${JSON.stringify(each)}`));
    }
    context.keep('scoring', { models });
  },
};

async function compareOn(made: ScoringCase, runners: readonly Subject[], { runs }: SuiteContext): Promise<readonly object[]> {
  const measured = new Map<string, ScoringMeasurement[]>(runners.map(({ name }) => [name, []]));
  for (let round = 1; round <= runs; round += 1) {
    for (const { measure, name } of runners) {
      measured.get(name)?.push((await measure(made)) as ScoringMeasurement);
    }
  }
  const middle = (name: string): number => median((measured.get(name) ?? []).map((each) => each.nsPerRowAndTree));
  return runners.map(({ name }) => {
    const parseMs = (measured.get(name) ?? []).flatMap((each) => each.parseMs ?? []);
    return {
      subject: name,
      nsPerRowAndTree: round(middle(name), 1),
      ratio: round(middle(name) / middle(runners[0]?.name ?? name), 3),
      ...(parseMs.length > 0 && { parseMs: round(median(parseMs), 1) }),
    };
  });
}

async function subjectsFor(context: SuiteContext): Promise<readonly Subject[]> {
  const own = async (name: string, file: string): Promise<Subject> => {
    const program = await bundle(path.join(subjects, file), context.directory);
    // The WebAssembly build is not bundled.
    const environment = { NODE_PATH: path.join(root, 'node_modules') };
    return { name, measure: (made) => runToEnd([program, JSON.stringify(made)], { environment }) };
  };
  return [
    ...xgboostItself(context),
    await own('the WebAssembly build, row by row', 'scoring-wasm.ts'),
    await own('ours', 'scoring.ts'),
  ];
}

/** The newest XGBoost that `npm run test:xgboost` has installed. */
function xgboostItself({ say }: SuiteContext): readonly Subject[] {
  const installed = path.join(root, '.out', 'xgboost');
  const versions = existsSync(installed) ? readdirSync(installed).filter((name) => name.startsWith('xgboost-')) : [];
  const newest = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest === undefined) {
    say('  SKIPPED: XGBoost itself is not installed; npm run test:xgboost does that');
    return [];
  }
  const program = path.join(installed, newest, 'bin', 'python');
  return ['DMatrix', 'inplace'].map((how) => ({
    name: `${newest.replace('xgboost-', 'XGBoost ')}, one thread, ${how === 'DMatrix' ? 'DMatrix and predict' : 'inplace_predict'}`,
    measure: (made) =>
      runToEnd([path.join(subjects, 'scoring.py'), JSON.stringify({ ...made, how })], {
        program,
        environment: { OMP_NUM_THREADS: '1' },
      }),
  }));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
