import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { UsageError } from './usage-error';

/** The file that says which process works in a folder. */
export const lockFile = '.lock';

/**
 * Keeps a folder for this process. The lock of a process that is gone, however it went, is taken over.
 *
 * @returns gives the folder back; doing it twice is harmless
 * @throws UsageError when another process works there
 */
export function lockFolder(folder: string): () => void {
  const file = path.join(folder, lockFile);
  const holder = holderOf(file);
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new UsageError(
      `${folder} is in use by process ${holder}: stop it (npm start -- --keep stays up until Ctrl-C), or give another folder`,
    );
  }
  writeFileSync(file, `${process.pid}\n`);
  return () => {
    if (holderOf(file) === process.pid) {
      rmSync(file, { force: true });
    }
  };
}

/** The process that a lock names; undefined without a lock. */
function holderOf(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch (error: unknown) {
    if (isErrno(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error: unknown) {
    // It is there, and somebody else's.
    return isErrno(error, 'EPERM');
  }
}

function isErrno(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
