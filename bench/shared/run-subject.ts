import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { build } from 'esbuild';
import type { Assignment, Measurement } from './subject';

/** A program, bundled as the container's is. */
export async function bundle(entry: string, directory: string): Promise<string> {
  const outfile = path.join(directory, `${path.basename(entry, '.ts')}.js`);
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** How to run a program. */
export interface RunOptions {
  /** @default this Node.js */
  readonly program?: string;
  /** @default this process's */
  readonly cwd?: string;
  /** Added to `environment()`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a program printed on its last line, read as JSON. @throws Error with what it said when it failed */
export function runToEnd(args: readonly string[], options: RunOptions = {}): Promise<unknown> {
  const { cwd = process.cwd(), program = process.execPath } = options;
  const env = { ...environment(), ...options.environment };
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) {
        resolve(JSON.parse(out.trim().split('\n').at(-1) ?? ''));
      } else {
        reject(new Error(`${path.basename(program)} ${args[0]} ended with ${code}: ${errors.slice(-2000)}`));
      }
    });
  });
}

/** Runs one subject once. @param cwd - for what is installed elsewhere */
export async function measure(program: string, assignment: Assignment, cwd = process.cwd()): Promise<Measurement> {
  return (await runToEnd([program, JSON.stringify(assignment)], { cwd })) as Measurement;
}

/** The environment of a child: this process's, without the SDK's notice about Node.js versions. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
}
