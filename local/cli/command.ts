import * as path from 'node:path';
import { Cleanup } from '../run/cleanup';
import { quietSdk } from '../run/quiet-sdk';
import { Progress } from '../run/progress';
import { StageError } from '../run/stage-error';
import { StageFailure } from '../run/stage-runner';
import { UsageError } from './usage-error';

/** A program's exit codes, as `--help` tells them. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ctrl-C or SIGTERM. The message says what becomes of what was under way. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What a command works with. */
export interface CommandContext {
  readonly argv: readonly string[];
  readonly progress: Progress;
  /** What is started is registered here; it is stopped on every way out. */
  readonly cleanup: Cleanup;
  /** Aborted by Ctrl-C, with `Interrupted`. */
  readonly signal: AbortSignal;
  /** Writes to standard output, which holds results alone. */
  readonly write: (text: string) => void;
  /** Writes to standard error. */
  readonly warn: (text: string) => void;
}

/** Runs a command to its exit code: what it throws is told to a person, and whatever it has started is stopped. */
export function runCommand(command: (context: CommandContext) => Promise<ExitCode>): void {
  Object.assign(process.env, quietSdk);
  attended(command).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = exitCodes.failed;
    },
  );
}

async function attended(command: (context: CommandContext) => Promise<ExitCode>): Promise<ExitCode> {
  const cleanup = new Cleanup();
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) {
      process.exit(exitCodes.interrupted); // Asked twice: do not wait for anything.
    }
    interruption.abort(new Interrupted('Interrupted; everything is being stopped.'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const warn = (text: string): void => void process.stderr.write(text);
  try {
    return await command({
      argv: process.argv.slice(2),
      progress: new Progress(terminal(), () => performance.now()),
      cleanup,
      signal: interruption.signal,
      write: (text) => void process.stdout.write(text),
      warn,
    });
  } catch (error: unknown) {
    return explain(error, warn);
  } finally {
    for (const failure of await cleanup.run()) {
      warn(`while stopping: ${failure}\n`);
    }
  }
}

/**
 * Says what a command has thrown.
 * @throws the error itself when it is none that a command is known to end by
 */
export function explain(error: unknown, warn: (text: string) => void): ExitCode {
  const cause = error instanceof StageFailure ? error.cause : error;
  if (cause instanceof UsageError) {
    warn(`${cause.message}\n`);
    return exitCodes.usage;
  }
  if (error instanceof Interrupted) {
    warn(`${error.message}\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof StageFailure || error instanceof StageError) {
    warn(`\n${error.message}\n`);
    if (cause instanceof StageError) {
      warn(cause.logTail.map((line) => `  | ${line}\n`).join(''));
    } else if (cause instanceof Error && cause.stack !== undefined) {
      warn(`${cause.stack}\n`);
    }
    return exitCodes.failed;
  }
  throw error;
}

/** A path as one would type it here. */
export function relativePath(target: string): string {
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
