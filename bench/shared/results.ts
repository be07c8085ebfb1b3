import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Where a figure comes from, so that it can be had again. */
export interface Provenance {
  readonly command: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string };
}

function provenance(command: string): Provenance {
  const cpus = os.cpus();
  return {
    command,
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
    machine: {
      cpu: cpus[0]?.model.trim() ?? 'unknown',
      cores: cpus.length,
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      node: process.version,
    },
  };
}

/** Writes `bench/results/<name>.json`. @returns the path */
export function writeResults(name: string, command: string, figures: object): string {
  const directory = path.join(__dirname, '..', 'results');
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ ...provenance(command), ...figures }, undefined, 2)}\n`);
  return path.relative(process.cwd(), file);
}
