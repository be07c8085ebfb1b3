import { accessSync, constants, statSync } from 'node:fs';
import { UsageError } from './usage-error';

/**
 * @param option that names them, for the message: `replay`
 * @throws UsageError naming the first file that is not there, is no file, or cannot be read
 */
export function checkReplayFiles(option: string, files: readonly string[]): void {
  for (const file of files) {
    let isFile: boolean;
    try {
      accessSync(file, constants.R_OK);
      isFile = statSync(file).isFile();
    } catch (error: unknown) {
      throw new UsageError(`--${option} ${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
    if (!isFile) {
      throw new UsageError(`--${option} ${file}: is not a file; give the files themselves, plain or .gz`);
    }
  }
}
