import * as path from 'node:path';
import { bundleSimulator, loadSimulator } from './bundle';
import { plantedBugs, type PlantedBug } from './bugs';
import { play, type Totals } from './campaign';
import { cliHelp, parseCliOptions, UsageError, type CliOptions } from './cli-options';
import { runScaling } from './scaling-run';
import { failureText, progressText, summaryText } from './report';

/** The program's exit codes. */
const exitCodes = { done: 0, violated: 1, usage: 2 } as const;

async function main(args: readonly string[]): Promise<number> {
  const options = parseCliOptions(args);
  if (options === undefined) {
    process.stdout.write(cliHelp());
    return exitCodes.done;
  }
  if (options.scaling) {
    return scaling();
  }
  const code = await bundleSimulator(options.bug === undefined ? undefined : plantedBugs[options.bug]);
  const startedMs = performance.now();
  const totals = await campaign(code, options, startedMs);
  const tookMs = performance.now() - startedMs;
  process.stdout.write(`${clearLine()}${totals.violations.map((result) => failureText(result, options)).join('')}`);
  process.stdout.write(summaryText(totals, tookMs));
  return verdict(totals, options);
}

async function scaling(): Promise<number> {
  const simulator = loadSimulator(await bundleSimulator());
  const folder = path.resolve(__dirname, '..', '..', '..', 'docs');
  const files = await runScaling(simulator, folder, (point) => process.stdout.write(`${JSON.stringify(point)}\n`));
  process.stdout.write(`Written: ${files.join(', ')}\n`);
  return exitCodes.done;
}

function campaign(code: string, options: CliOptions, startedMs: number): Promise<Totals> {
  let toldMs = startedMs;
  const planted: PlantedBug | undefined = options.bug === undefined ? undefined : plantedBugs[options.bug];
  const { faults, keepGoing, jobs, minutes, runs, seed, shards, tail, workers } = options;
  return play(code, {
    run: { ...planted?.run, ...onlyGiven({ faults, minutes, shards, workers }), tail },
    firstSeed: seed,
    runs,
    jobs,
    keepGoing,
    onResult: (_, soFar) => {
      const nowMs = performance.now();
      if (nowMs - toldMs >= (process.stdout.isTTY ? 500 : 10_000)) {
        toldMs = nowMs;
        process.stdout.write(`${clearLine()}${progressText(soFar, runs, nowMs - startedMs)}${process.stdout.isTTY ? '' : '\n'}`);
      }
    },
  });
}

/** So that what is not given does not hide what is. */
function onlyGiven<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A planted bug is to be caught, by its name; anything else is not to be there. */
function verdict({ violations }: Totals, { bug }: CliOptions): number {
  const [first] = violations;
  if (bug === undefined) {
    return first === undefined ? exitCodes.done : exitCodes.violated;
  }
  const { breaks } = plantedBugs[bug];
  const caught = first?.violation?.invariant === breaks;
  process.stdout.write(
    caught ? `The bug was caught by its name, ${breaks}.\n` : `The bug was not caught by its name, which is ${breaks}.\n`,
  );
  return caught ? exitCodes.done : exitCodes.violated;
}

function clearLine(): string {
  return process.stdout.isTTY ? '\r\u001b[K' : '';
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const usage = error instanceof UsageError;
    const text = usage
      ? `${error.message}\nnpm run simulate -- --help tells what there is.`
      : error instanceof Error
        ? error.stack
        : String(error);
    process.stderr.write(`${text ?? ''}\n`);
    process.exitCode = usage ? exitCodes.usage : exitCodes.violated;
  },
);
