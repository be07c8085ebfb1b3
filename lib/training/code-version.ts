import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const versionLength = 12;

/**
 * What tells the code of models from any other: a hash of the programs that make a training set and start a job on it, with the domain
 * in them. A commit would be another one for every page of documentation, and each would train the same data anew; and it would say
 * nothing of files that are not committed. The same sources give the same programs, whoever bundles them.
 *
 * @param directories each with the `index.js` of one program
 */
export function codeVersion(...directories: readonly string[]): string {
  const hash = createHash('sha256');
  for (const directory of directories) {
    hash.update(readFileSync(join(directory, 'index.js')));
  }
  return hash.digest('hex').slice(0, versionLength);
}
