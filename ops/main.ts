import { createInterface } from 'node:readline/promises';
import { ConfigurationError } from '../lib/config/configuration-error';
import { commands, opsHelp, parseOpsOptions, type Command } from './options';
import { probeWith } from './probe';
import { processRunner } from './runner';
import { runCommand } from './run-command';
import { exitCodes, UsageError, type ExitCode } from './usage-error';

/** `npm run deploy`, `diff`, `drift` and `destroy`: see `--help` of each. */
async function main([name = '', ...argv]: readonly string[]): Promise<ExitCode> {
  const command = commands.find((known) => known === name);
  if (command === undefined) {
    process.stderr.write(`${JSON.stringify(name)} is no command; it must be one of ${commands.join(', ')}\n`);
    return exitCodes.usage;
  }
  const interruption = new AbortController();
  // The CDK's process ends first; what it has begun in the account goes on, and a second run takes it up.
  const interrupt = (): void => interruption.abort();
  process.on('SIGINT', interrupt);
  try {
    return await attended(command, argv, interruption.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function attended(command: Command, argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  try {
    const options = parseOpsOptions(command, argv);
    if (options === undefined) {
      process.stdout.write(opsHelp(command));
      return exitCodes.done;
    }
    const runner = processRunner();
    const code = await runCommand(options, {
      runner,
      probe: probeWith(runner),
      write: (text) => void process.stdout.write(text),
      ask: (question) => ask(question, signal),
      now: Date.now,
    });
    return signal.aborted ? exitCodes.interrupted : code;
  } catch (error: unknown) {
    if (signal.aborted) {
      return exitCodes.interrupted;
    }
    if (error instanceof UsageError || error instanceof ConfigurationError) {
      process.stderr.write(`${error.message}\nnpm run ${command} -- --help lists the options.\n`);
      return exitCodes.usage;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}

async function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (!process.stdin.isTTY) {
    return undefined;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    // In raw mode Ctrl-C is a key and no signal.
    terminal.on('SIGINT', () => process.emit('SIGINT'));
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
