import * as path from 'node:path';
import { deviceStateEnvironment } from '../core/environment';
import { domainNamed } from '../domains';
import { checkEndTime } from './cli/end-time';
import { helpText, parseOptions } from './cli/options';
import { checkReplayFiles } from './cli/replay-files';
import { UsageError } from './cli/usage-error';
import { Cleanup } from './run/cleanup';
import { quietSdk } from './run/local-aws';
import { Progress } from './run/progress';
import { differences } from './run/report';
import { run, type RunResult } from './run/run';
import { StageError } from './run/stage-error';
import { StageFailure } from './run/stage-runner';
import { summarize } from './run/summary';

/** Ctrl-C or SIGTERM. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The program's exit codes, as `--help` tells them. */
const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

async function main(): Promise<number> {
  const cleanup = new Cleanup();
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) {
      process.exit(exitCodes.interrupted); // Asked twice: do not wait for anything.
    }
    interruption.abort(new Interrupted('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(helpText());
      return exitCodes.done;
    }
    checkReplayFiles(options.replay);
    checkEndTime(options.endTime, domainNamed(options.domain), Date.now());
    const progress = new Progress(terminal(), () => performance.now());
    const result = await run(options, { progress, cleanup, signal: interruption.signal, now: () => Date.now() });
    const folders = { tables: result.tableFolders, quarantine: result.quarantineFolder, alerts: result.alertLog };
    process.stdout.write(`\n${summarize(result.report, folders, relative)}Report     ${relative(result.out.report)}\n`);
    if (options.keep) {
      await stayUp(result, interruption.signal);
    }
    return verdict(result);
  } catch (error: unknown) {
    return explain(error);
  } finally {
    for (const failure of await cleanup.run()) {
      process.stderr.write(`while stopping: ${failure}\n`);
    }
  }
}

/** A path as one would type it here. */
function relative(target: string): string {
  const short = path.relative(process.cwd(), target);
  return short.startsWith('..') ? target : short;
}

/** Progress goes to standard error, so that standard output holds the summary alone. */
function terminal(): { write(text: string): void; readonly isTerminal: boolean; readonly columns: number } {
  const { stderr } = process;
  return {
    write: (text) => void stderr.write(text),
    isTerminal: stderr.isTTY && process.env.TERM !== 'dumb',
    get columns() {
      return stderr.columns;
    },
  };
}

async function stayUp({ aws, deviceStateTable }: RunResult, signal: AbortSignal): Promise<void> {
  const exports = Object.entries(aws.environment).map(([name, value]) => `  export ${name}=${value}`);
  process.stdout.write(
    [
      '',
      'The services stay up until Ctrl-C; the consumers have ended. Any AWS SDK or CLI can look at them with:',
      ...exports,
      ...(deviceStateTable === undefined
        ? []
        : [`  export ${deviceStateEnvironment.deviceStateTable}=${deviceStateTable}   # npm run device -- DEVICE_ID`]),
      '',
    ].join('\n') + '\n',
  );
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function verdict(result: RunResult): number {
  const { records, training } = result.report;
  if (!records.balanced) {
    process.stderr.write('The balance does not add up: records were lost or invented.\n');
    return exitCodes.failed;
  }
  if (records.redeliveredOtherwise > 0 && result.deviceStateTable !== undefined) {
    process.stderr.write('Rows that were delivered twice differ: features were not restored after a crash.\n');
    return exitCodes.failed;
  }
  if (differences(records).length > 0) {
    process.stderr.write('The report differs from what the simulator injected.\n');
    return exitCodes.failed;
  }
  return training.status === 'Completed' ? exitCodes.done : exitCodes.failed;
}

function explain(error: unknown): number {
  const cause = error instanceof StageFailure ? error.cause : error;
  if (cause instanceof UsageError) {
    process.stderr.write(`${cause.message}\n`);
    return exitCodes.usage;
  }
  if (error instanceof Interrupted) {
    process.stderr.write('Interrupted; everything is being stopped.\n');
    return exitCodes.interrupted;
  }
  if (error instanceof StageFailure) {
    process.stderr.write(`\n${error.message}\n`);
    if (cause instanceof StageError) {
      process.stderr.write(cause.logTail.map((line) => `  | ${line}\n`).join(''));
    } else if (cause instanceof Error && cause.stack !== undefined) {
      process.stderr.write(`${cause.stack}\n`);
    }
    return exitCodes.failed;
  }
  throw error;
}

Object.assign(process.env, quietSdk);
main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = exitCodes.failed;
  },
);
