import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

/** Java or Maven are not here, or cannot fetch or build what is needed. The message says which and what to do. */
export class ToolchainError extends Error {
  override readonly name = 'ToolchainError';
}

/** Looks for a Java Development Kit and for Maven. @throws ToolchainError naming what is not here */
export async function demandJava(): Promise<void> {
  await demand('java', ['-version'], 'a Java Development Kit, version 17 or later');
  await demand('javac', ['-version'], 'a Java Development Kit, version 17 or later');
  await demand('mvn', ['-version'], 'Apache Maven, version 3.6 or later');
}

/** Does something unless the stamp says that it has been done for the same sources, those below `folder`. */
export async function onceFor(folder: string, stamp: string, build: () => Promise<void>): Promise<void> {
  const hash = sourcesHash(folder);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    return;
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  await build();
  writeFileSync(stamp, hash);
}

function sourcesHash(folder: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) {
      hash.update(readFileSync(path.join(entry.parentPath, entry.name)));
    }
  }
  return hash.digest('hex');
}

async function demand(command: string, args: readonly string[], what: string): Promise<void> {
  try {
    await run(command, args);
  } catch (error: unknown) {
    throw new ToolchainError(
      `${command} is not here: this test needs ${what}, on the PATH, and Maven Central within reach when it runs first.`,
      { cause: error },
    );
  }
}

/** Runs Maven, quietly. @throws ToolchainError with what it said */
export async function maven(args: readonly string[]): Promise<void> {
  try {
    await run('mvn', ['-q', '-B', ...args]);
  } catch (error: unknown) {
    throw new ToolchainError(`Maven could not fetch or build the Java side:\n${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

/** Runs a command to its end. @throws Error with what it printed, when it cannot be run or fails */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(output.trim()))));
  });
}
