import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { writeResults } from '../../bench/shared/results';
import { Cleanup } from '../../local/run/cleanup';
import { helpText, OptionError, parseOptions, type ChaosOptions } from './options';
import * as pipelineReport from './pipeline/report';
import { runPipelineChaos } from './pipeline/run';
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
  const outcome = options.pipeline ? await pipeline(options, print) : await library(options, print);
  process.stdout.write(outcome.report);
  if (options.results) {
    const command = `npm run chaos -- ${process.argv.slice(2).join(' ')}`;
    print(`figures: ${writeResults(options.pipeline ? 'chaos-pipeline' : 'chaos', command, outcome.figures)}`);
  }
  return outcome.passed ? 0 : 1;
}

interface Outcome {
  readonly passed: boolean;
  readonly report: string;
  readonly figures: object;
}

/** The client library, by workers that write journals. */
async function library(options: ChaosOptions, print: (text: string) => void): Promise<Outcome> {
  const result = await runChaos(options, cleanup, interrupted.signal, print);
  writeFileSync(path.join(options.out, 'moves.json'), JSON.stringify(result.moves, undefined, 1));
  return { passed: passed(result), report: reportText(options, result), figures: figures(options, result) };
}

/** The service. */
async function pipeline(options: ChaosOptions, print: (text: string) => void): Promise<Outcome> {
  const result = await runPipelineChaos(options, cleanup, interrupted.signal, print);
  const { figures: ofPipeline, passed: isPassed, reportText: text } = pipelineReport;
  return { passed: isPassed(result), report: text(options, result), figures: ofPipeline(options, result) };
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
