import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../lib/shared/node-bundle';
import { demandJava, maven, onceFor, ToolchainError } from '../java/toolchain';
import { athenaStatements, brokenStatements, type NamedStatement } from './statements';

/**
 * `npm run test:trino`: has Trino's own grammar, which is Athena's, parse every statement that the project sends to Athena. Exit code 1
 * when it refuses one, or takes one that is broken on purpose; 2 when it cannot be had.
 *
 * A parser knows no tables: whether columns and types fit is for DuckDB, in `npm test`.
 */
async function main(): Promise<number> {
  const began = performance.now();
  const directory = path.join(projectRoot, '.out', 'trino');
  const classpath = await prepareParser(directory);
  const statements = athenaStatements();
  const faults = await parse(classpath, path.join(directory, 'statements'), [...statements, ...brokenStatements]);
  const refused = statements.filter(({ name }) => faults.get(name) !== '');
  const taken = brokenStatements.filter(({ name }) => faults.get(name) === '');
  for (const { name } of refused) {
    process.stdout.write(`${name}: ${faults.get(name) ?? 'was not parsed'}\n`);
  }
  for (const { name } of taken) {
    process.stdout.write(`${name}: was taken, though it is no SQL of Trino's\n`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(
    `${statements.length} statements, ${brokenStatements.length} broken ones, in ${seconds} s: ${refused.length} refused, ${taken.length} wrongly taken\n`,
  );
  return refused.length + taken.length === 0 ? 0 : 1;
}

/** Builds the program, unless it is there. @returns its classpath */
async function prepareParser(directory: string): Promise<string> {
  await demandJava();
  const java = path.join(__dirname, 'java');
  const classpathFile = path.join(directory, 'classpath');
  await onceFor(java, path.join(directory, 'built-from'), async () => {
    const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`];
    await maven(['-f', path.join(java, 'pom.xml'), `-Dout=${directory}`, ...goals]);
  });
  return `${path.join(directory, 'classes')}${path.delimiter}${readFileSync(classpathFile, 'utf8').trim()}`;
}

/** What is wrong with each statement, by its name; empty when nothing is. */
async function parse(
  classpath: string,
  folder: string,
  statements: readonly NamedStatement[],
): Promise<ReadonlyMap<string, string>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  statements.forEach(({ sql }, index) => writeFileSync(path.join(folder, `${index}.sql`), sql));
  // One compiler is enough for a few seconds, and starts sooner.
  const jvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classpath];
  const { stdout } = await promisify(execFile)('java', [...jvm, 'trino.ParseStatements', folder]);
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [file = '', fault = ''] = line.split('\t');
        return [statements[Number.parseInt(file, 10)]?.name ?? file, fault] as const;
      }),
  );
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isMissing = error instanceof ToolchainError;
    process.stderr.write(`${isMissing ? `SKIPPED: ${error.message}` : String(error instanceof Error ? error.stack : error)}\n`);
    process.exitCode = isMissing ? 2 : 1;
  },
);
