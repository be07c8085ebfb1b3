import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { writeResults } from './shared/results';
import type { Suite } from './shared/suite';
import { MissingTool } from './peers/java';
import { anomalies } from './suites/anomalies';
import { features } from './suites/features';
import { judging } from './suites/judging';
import { memory } from './suites/memory';
import { peers } from './suites/peers';
import { pipeline } from './suites/pipeline';
import { read } from './suites/read';
import { scoring } from './suites/scoring';
import { trainingSet } from './suites/training-set';

/** What runs when nothing is named needs Node.js and npm only. */
const standard: readonly Suite[] = [read, pipeline, memory, features, scoring, judging, anomalies, trainingSet];
const suites: readonly Suite[] = [...standard, peers];

const help = `npm run bench -- [suite …] [options]

Measures whole processes, each against a named peer or limit in the same run, and prints the medians. Run it on a machine that
does nothing else.

suites (by default those that need Node.js alone)
${suites.map(({ about, name }) => `  ${name.padEnd(13)} ${about}`).join('\n')}

options
  --runs N      rounds, each with every subject once (default 5)
  --records N   records per run, or rows (default: the suite's own); --rows N is the same
  --save        write the figures to bench/results/, with the command and the machine
  --help
`;

async function main(): Promise<number> {
  const { positionals, values } = parse();
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  const unknown = positionals.find((name) => suites.every((suite) => suite.name !== name));
  if (unknown !== undefined) {
    throw new UsageError(`unknown suite ${unknown}; allowed: ${suites.map(({ name }) => name).join(', ')}`);
  }
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    for (const suite of positionals.length === 0 ? standard : suites.filter(({ name }) => positionals.includes(name))) {
      process.stdout.write(`${suite.name}: ${suite.about}\n`);
      await suite.run({
        runs: count('runs', values.runs) ?? 5,
        records: count('records', values.records) ?? count('rows', values.rows),
        directory,
        keep: (name, figures) => {
          if (values.save === true) {
            process.stdout.write(`${writeResults(name, command, figures)}\n`);
          }
        },
        say: (line) => process.stdout.write(`${line}\n`),
      });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return 0;
}

class UsageError extends Error {}

function parse(): {
  values: { runs?: string; records?: string; rows?: string; save?: boolean; help?: boolean };
  positionals: string[];
} {
  const options = {
    runs: { type: 'string' },
    records: { type: 'string' },
    rows: { type: 'string' },
    save: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error: unknown) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(name: string, text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9][0-9]*$/.test(text)) {
    throw new UsageError(`--${name} must be a whole number of at least 1, not ${text}`);
  }
  return text === undefined ? undefined : Number(text);
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const expected = error instanceof UsageError || error instanceof MissingTool;
    process.stderr.write(`${expected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exitCode = expected ? 2 : 1;
  },
);
