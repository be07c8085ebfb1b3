import { spawn, type StdioOptions } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { projectRoot } from '../lib/shared/node-bundle';

/** Runs programs. */
export interface Runner {
  /** Runs the project's own CDK command line, which speaks to the terminal. @returns its exit code */
  cdk(args: readonly string[]): Promise<number>;
  /** Runs a program without showing anything. @returns its exit code; 127 when there is no such program */
  quietly(program: string, args: readonly string[]): Promise<number>;
}

/** What a shell says of a program that it does not find. */
const notFound = 127;

/**
 * Child processes. Ctrl-C reaches them from the terminal, and they decide what to leave behind: CloudFormation goes on with what it has
 * begun. This process waits for them to end.
 */
export function processRunner(): Runner {
  const cdk = join(dirname(createRequire(__filename).resolve('aws-cdk/package.json')), 'bin', 'cdk');
  return {
    cdk: (args) => run(process.execPath, [cdk, ...args], 'inherit'),
    quietly: (program, args) => run(program, args, 'ignore'),
  };
}

function run(program: string, args: readonly string[], stdio: StdioOptions): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: projectRoot, stdio });
    // A signal that was sent to this process alone is passed on; from a terminal the child has it already, and hears it once more.
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGTERM', pass);
    const done = (code: number): void => {
      process.off('SIGTERM', pass);
      resolve(code);
    };
    child.on('error', () => done(notFound));
    child.on('close', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
