/**
 * The training program, started as the container is: a process of its own over the folder that its only argument names instead
 * of `/opt/ml`. Exits with 0, with 2 when the job's owner has to change something, with 1 otherwise; says why in
 * `output/failure`. Ends when its parent does.
 */
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { train } from './train';
import { UserError, userErrorExitCode } from './user-error';

const root = process.argv[2] ?? '/opt/ml';
const stop = new AbortController();
const onOrphaned = (): never => process.exit(1);
process.on('SIGTERM', () => stop.abort());
process.on('disconnect', onOrphaned);

train({ root, log: (line) => void process.stdout.write(`${line}\n`), signal: stop.signal })
  .catch((error: unknown) => {
    const isUserError = error instanceof UserError;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof Error && !isUserError ? (error.stack ?? message) : message}\n`);
    writeFileSync(path.join(root, 'output/failure'), message);
    process.exitCode = isUserError ? userErrorExitCode : 1;
  })
  .finally(() => {
    // The channel to the parent would keep this process alive.
    process.off('disconnect', onOrphaned);
    if (process.connected) {
      process.disconnect();
    }
  });
