import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { writeResults } from '../../bench/shared/results';
import { Cleanup } from '../../local/run/cleanup';
import { helpText, OptionError, parseOptions } from './options';
import { figures, passed, reportText } from './report';
import { runChaos } from './run';

// Said once by npm is enough, and the reports are easier to read.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const cleanup = new Cleanup();
const interrupted = new AbortController();

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), Date.now());
  if (options === undefined) {
    process.stdout.write(helpText);
    return 0;
  }
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  print(`chaos, seed ${options.seed}: ${options.workers} workers, ${options.shards} shards, ${options.minutes} min`);
  const result = await runChaos(options, cleanup, interrupted.signal, print);
  writeFileSync(path.join(options.out, 'moves.json'), JSON.stringify(result.moves, undefined, 1));
  process.stdout.write(reportText(options, result));
  if (options.results) {
    const command = `npm run chaos -- ${process.argv.slice(2).join(' ')}`;
    print(`figures: ${writeResults('chaos', command, figures(options, result))}`);
  }
  return passed(result) ? 0 : 1;
}

/** Nothing stays behind: processes are ended before this one is. */
async function leave(code: number): Promise<void> {
  (await cleanup.run()).forEach((failure) => process.stderr.write(`${failure}\n`));
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort();
    void leave(130);
  });
}
main().then(leave, async (error: unknown) => {
  if (interrupted.signal.aborted) {
    return;
  }
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await leave(error instanceof OptionError ? 2 : 1);
});
