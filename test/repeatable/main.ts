import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { UsageError } from '../../local/cli/usage-error';
import { Child } from '../../local/run/child';
import { projectRoot } from '../../local/run/project-root';
import { differences as notAsSimulated, type Report } from '../../local/run/report';
import { differences, table, type Run } from './compare';
import { readMade } from './made';
import { helpText, parseOptions, type RepeatableOptions } from './options';
import { variants, type Variant } from './variants';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const hourMs = 3_600_000;
let running: Child | undefined;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(helpText);
    return 0;
  }
  // An hour that stays closed however long the runs take.
  const endTime = new Date(Math.floor(Date.now() / hourMs - 1) * hourMs).toISOString();
  process.stdout.write(`${options.records} records of ${options.devices} devices, seed ${options.seed}, until ${endTime}\n`);
  const runs: Run[] = [];
  for (const variant of variants) {
    process.stdout.write(`  ${variant.name} …\n`);
    runs.push(await play(variant, options, endTime));
  }
  const found = differences(runs);
  process.stdout.write(`\n${table(runs)}\n\n`);
  found.forEach((difference) => process.stdout.write(`FAILED: ${difference}\n`));
  process.stdout.write(
    found.length === 0
      ? 'OK: training set and model are the same, to the byte\n'
      : `FAILED; the runs lie in ${options.out}; try again with --seed ${options.seed}\n`,
  );
  return found.length === 0 ? 0 : 1;
}

/** One run of the pipeline, to its end. @throws Error when it fails, or has lost a record */
async function play({ args, name }: Variant, options: RepeatableOptions, endTime: string): Promise<Run> {
  const out = path.join(options.out, name.replaceAll(/[^a-z]+/g, '-'));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(options.out, { recursive: true });
  const same = ['records', 'devices', 'seed'] as const;
  const started = performance.now();
  running = new Child({
    args: [
      ...['--import', 'tsx', 'local/main.ts', '--out', out, '--end-time', endTime],
      ...same.flatMap((option) => [`--${option}`, String(options[option])]),
      ...args,
    ],
    cwd: projectRoot,
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    logFile: `${out}.log`,
  });
  const { code, signal } = await running.exited;
  if (code !== 0) {
    throw new Error(`'${name}' ended with ${String(code ?? signal)}:\n${running.tail().join('\n')}\n(all of it: ${out}.log)`);
  }
  const report = JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8')) as Report;
  const lost = notAsSimulated(report.records);
  if (!report.records.balanced || lost.length > 0) {
    throw new Error(`'${name}' has not accounted for every record: ${lost.join(', ')}`);
  }
  return {
    name,
    redelivered: report.records.redelivered,
    seconds: (performance.now() - started) / 1000,
    made: readMade(out, report),
  };
}

async function leave(code: number): Promise<void> {
  await running?.stop();
  process.exit(code);
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true;
    void leave(130);
  });
}
main().then(leave, async (error: unknown) => {
  if (interrupted) {
    return;
  }
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await leave(error instanceof UsageError ? 2 : 1);
});
