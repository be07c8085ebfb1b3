import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { lockFile, lockFolder } from './folder-lock';
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
  /** What the services remember beyond their process: tables, training jobs, model packages. */
  readonly state: string;
  /** One folder per training job. */
  readonly training: string;
  /** One file per process. */
  readonly logs: string;
  readonly report: string;
  /** What later commands have to know of the run; see run/run-facts.ts. */
  readonly facts: string;
  /** Lets other processes work in the folder; doing it twice is harmless. */
  readonly release: () => void;
}

/**
 * Makes the folder for a run, without what an earlier run left there.
 *
 * @throws UsageError when the folder holds something that no run made: it is never emptied; or when another process works in it
 */
export function prepareOutDirectory(directory: string): OutDirectory {
  const root = path.resolve(directory);
  const entries = existsSync(root) ? readdirSync(root) : [];
  if (entries.length > 0 && !entries.includes(marker)) {
    throw new UsageError(`--out ${directory}: the folder is not empty and was not made by a run; give a new or empty one`);
  }
  mkdirSync(root, { recursive: true });
  const release = lockFolder(root);
  for (const entry of entries.filter((name) => name !== lockFile)) {
    rmSync(path.join(root, entry), { recursive: true, force: true });
  }
  const out = partsOf(root, release);
  for (const folder of [out.logs, out.s3, out.state, out.training]) {
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(path.join(root, marker), 'This folder is emptied by the next run.\n');
  return out;
}

/**
 * Goes on in the folder of an earlier run, with everything that it left there.
 *
 * @throws UsageError when no run has made the folder, or got as far as its template; or when another process works in it
 */
export function openOutDirectory(directory: string): OutDirectory {
  const root = path.resolve(directory);
  if (!existsSync(path.join(root, marker))) {
    throw new UsageError(`--out ${directory}: no run has made this folder; start one with npm start -- --out ${directory}`);
  }
  const release = lockFolder(root);
  const out = partsOf(root, release);
  if (!existsSync(out.assembly)) {
    release();
    throw new UsageError(`--out ${directory}: the run of this folder has ended before it had a template; start another`);
  }
  return out;
}

function partsOf(root: string, release: () => void): OutDirectory {
  return {
    root,
    assembly: path.join(root, 'cdk.out'),
    s3: path.join(root, 's3'),
    state: path.join(root, 'state'),
    training: path.join(root, 'training'),
    logs: path.join(root, 'logs'),
    report: path.join(root, 'report.json'),
    facts: path.join(root, 'run.json'),
    release,
  };
}
