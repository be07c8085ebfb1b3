import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { UsageError } from './usage-error';

/** The file that marks a folder as one that a run made, and so may empty. */
const marker = '.local-run';

/** Where the parts of a run lie. */
export interface OutDirectory {
  readonly root: string;
  /** The cloud assembly. */
  readonly assembly: string;
  /** One folder per bucket, objects as files. */
  readonly s3: string;
  /** One folder per training job. */
  readonly training: string;
  /** One file per process. */
  readonly logs: string;
  readonly report: string;
}

/**
 * Makes the folder for a run, without what an earlier run left there.
 *
 * @throws UsageError when the folder holds something that no run made: it is never emptied
 */
export function prepareOutDirectory(directory: string): OutDirectory {
  const root = path.resolve(directory);
  if (existsSync(root)) {
    const entries = readdirSync(root);
    if (entries.length > 0 && !entries.includes(marker)) {
      throw new UsageError(`--out ${directory}: the folder is not empty and was not made by a run; give a new or empty one`);
    }
    for (const entry of entries) {
      rmSync(path.join(root, entry), { recursive: true, force: true });
    }
  }
  const out: OutDirectory = {
    root,
    assembly: path.join(root, 'cdk.out'),
    s3: path.join(root, 's3'),
    training: path.join(root, 'training'),
    logs: path.join(root, 'logs'),
    report: path.join(root, 'report.json'),
  };
  mkdirSync(out.logs, { recursive: true });
  mkdirSync(out.s3, { recursive: true });
  mkdirSync(out.training, { recursive: true });
  writeFileSync(path.join(root, marker), 'This folder is emptied by the next run.\n');
  return out;
}
