import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ModelFormatError } from '../../core/model/model-format-error';
import { parseModel } from '../../core/model/parse-model';
import { projectRoot } from '../../lib/shared/node-bundle';
import { NoPythonError } from '../python/environment';
import { compare, readColumns, readSingles, scored, together, type Comparison } from './compare';
import { trainLocally } from './local-models';
import { others, prepareXgboost, required, type PythonXgboost } from './python';

/**
 * `npm run test:xgboost`: has real XGBoost train models of every shape, and holds our predictions for them against its own; has our local
 * training make some, and XGBoost predict by them; and sees that what is not supported is refused by name. Exit code 1 when predictions
 * differ or a file is not refused, 2 when XGBoost cannot be had. `-- --newest` leaves the older versions out; `-- --fixtures` writes
 * the models of `npm test` anew.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { fixtures: { type: 'boolean' }, newest: { type: 'boolean' } } });
  const out = join(projectRoot, '.out', 'xgboost');
  const newest = prepareXgboost(out, required);
  if (values.fixtures === true) {
    newest.run('tiny', fixtures);
    say(`${relative(projectRoot, fixtures)} by XGBoost ${required}`);
    return 0;
  }
  const older = values.newest === true ? [] : others;
  const versions = [newest, ...older.flatMap((version) => orSkip(() => prepareXgboost(out, version)))];
  say('models trained by   predicted by    models   rows     the same   largest difference, absolute and relative');
  const results: Comparison[] = [];
  const complaints: string[] = [];
  for (const trainer of versions) {
    const directory = join(out, 'models', trainer.version);
    rmSync(directory, { recursive: true, force: true });
    trainer.run('train', directory);
    const { models, refused } = indexOf(directory);
    results.push(judge(directory, models, trainer.version, trainer.version, 'predictions', complaints));
    if (trainer !== newest) {
      // The container that jobs run in reads files of older versions as well.
      newest.run('predict', ...models.map(({ name }) => join(directory, `${name}.ubj`)));
      results.push(judge(directory, models, trainer.version, required, `predictions-${required}`, complaints));
    }
    complaints.push(...refused.flatMap((each) => complaintAgainst(directory, each, trainer.version)));
    say(`${trainer.version.padEnd(18)}  ${refused.length} files that are not supported, each refused by name`);
  }
  results.push(...(await judgeLocalTraining(out, versions, complaints)));
  complaints.forEach((complaint) => say(`✗ ${complaint}`));
  const { identical, maxRelative, rows } = together(results);
  say(`${rows} predictions, ${percent(identical, rows)} the same to the last bit, at most ${maxRelative.toExponential(1)} apart`);
  say(`${results.length} passed, ${complaints.length} failed`);
  return complaints.length === 0 ? 0 : 1;
}

const fixtures = join(projectRoot, 'test', 'core', 'model', 'fixtures');

interface Model {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** A file that has to be refused, with a part of the message. */
interface Refused {
  readonly file: string;
  readonly message: string;
}

function indexOf(directory: string): { readonly models: readonly Model[]; readonly refused: readonly Refused[] } {
  return JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as ReturnType<typeof indexOf>;
}

/** Compares the predictions for all models of a folder, read from UBJSON; its other files have to give the very same. */
function judge(
  directory: string,
  models: readonly Model[],
  trainedBy: string,
  predictedBy: string,
  extension: string,
  complaints: string[],
): Comparison {
  const comparisons = models.map(({ columns, name }) => {
    const rows = readColumns(join(directory, `${name}.rows`), columns);
    const { predictions, tolerance } = scored(join(directory, `${name}.ubj`), rows);
    const comparison = compare(predictions, readSingles(join(directory, `${name}.${extension}`)));
    if (comparison.maxRelative > tolerance) {
      complaints.push(`${trainedBy} ${name}: ${JSON.stringify(comparison)}`);
    }
    const otherFiles = [`${name}.json`, `${name}-xgboost-model`].filter((file) => existsSync(join(directory, file)));
    for (const file of otherFiles) {
      if (scored(join(directory, file), rows).predictions.some((value, row) => value !== predictions[row])) {
        complaints.push(`${trainedBy} ${file}: gives other predictions than ${name}.ubj`);
      }
    }
    return comparison;
  });
  const all = together(comparisons);
  say(
    `${trainedBy.padEnd(18)}  ${predictedBy.padEnd(14)}  ${String(models.length).padEnd(7)}  ${String(all.rows).padEnd(7)}  ` +
      `${percent(all.identical, all.rows).padEnd(9)}  ${all.maxAbsolute.toExponential(1)}  ${all.maxRelative.toExponential(1)}`,
  );
  return all;
}

const local = 'our local training';

/** Models of the local training program, by every XGBoost. */
async function judgeLocalTraining(
  out: string,
  versions: readonly PythonXgboost[],
  complaints: string[],
): Promise<readonly Comparison[]> {
  const directory = join(out, 'models', 'local');
  rmSync(directory, { recursive: true, force: true });
  const models = await trainLocally(directory);
  return versions.map((reader) => {
    reader.run('predict', ...models.map(({ name }) => join(directory, `${name}.ubj`)));
    return judge(directory, models, local, reader.version, `predictions-${reader.version}`, complaints);
  });
}

function complaintAgainst(directory: string, { file, message }: Refused, version: string): readonly string[] {
  try {
    parseModel(readFileSync(join(directory, file)));
    return [`${version} ${file}: was read`];
  } catch (error: unknown) {
    const said = error instanceof ModelFormatError ? error.message : String(error);
    return error instanceof ModelFormatError && said.includes(message) ? [] : [`${version} ${file}: ${said}`];
  }
}

function orSkip(prepare: () => PythonXgboost): readonly PythonXgboost[] {
  try {
    return [prepare()];
  } catch (error: unknown) {
    if (!(error instanceof NoPythonError)) {
      throw error;
    }
    say(`SKIPPED: ${error.message}`);
    return [];
  }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(3)} %`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = error instanceof NoPythonError ? 2 : 1;
  },
);
