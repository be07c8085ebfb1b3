import { replayCommand, replayExitCodes } from './replay-command';

/** `npm run replay`: processes a time range of the stream again; see `--help`. */
async function main(): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) {
      process.exit(replayExitCodes.interrupted); // Asked twice: do not wait for anything.
    }
    process.stderr.write('Stopping; what is in flight is finished first.\n');
    interruption.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const { argv, env: environment, stderr: err, stdout: out } = process;
  process.exitCode = await replayCommand(argv.slice(2), { environment, out, err, signal: interruption.signal });
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
}

void main();
