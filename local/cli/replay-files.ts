import { accessSync, constants, statSync } from 'node:fs';
import { UsageError } from './usage-error';

/** @throws UsageError naming the first file that is not there, is no file, or cannot be read */
export function checkReplayFiles(files: readonly string[]): void {
  for (const file of files) {
    let isFile: boolean;
    try {
      accessSync(file, constants.R_OK);
      isFile = statSync(file).isFile();
    } catch (error: unknown) {
      throw new UsageError(`--replay ${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
    if (!isFile) {
      throw new UsageError(`--replay ${file}: is not a file; give the files themselves, plain or .gz`);
    }
  }
}
