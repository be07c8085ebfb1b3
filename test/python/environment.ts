import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** There is no Python 3, or a package cannot be had here. */
export class NoPythonError extends Error {
  override readonly name = 'NoPythonError';
}

/** Packages of PyPI in an environment of their own. */
export interface PythonEnvironment {
  /** A folder for the environment; made when it is not there. */
  readonly directory: string;
  /** Arguments of `pip install`, one installation after the other: packages with their versions. */
  readonly packages: readonly (readonly string[])[];
}

/**
 * The folder with the programs of a Python environment, installed the first time.
 * @throws NoPythonError when there is no Python from 3.9 on, or a package cannot be had
 */
export function preparePython({ directory, packages }: PythonEnvironment): string {
  const programs = join(directory, 'bin');
  const ready = join(directory, 'ready');
  if (existsSync(ready)) {
    return programs;
  }
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-c', 'import venv, sys; sys.exit(sys.version_info < (3, 9))']).status === 0,
  );
  if (python === undefined) {
    throw new NoPythonError('needs Python 3.9 or later with the module venv (Debian: apt-get install python3-venv)');
  }
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const pip = [join(programs, 'python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  for (const step of [[python, '-m', 'venv', directory], ...packages.map((more) => [...pip, ...more])]) {
    const [command = '', ...args] = step;
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) {
      rmSync(directory, { recursive: true, force: true });
      throw new NoPythonError(`cannot be installed: ${step.join(' ')}\n${stderr}`);
    }
  }
  // Written last: what was broken off is installed anew.
  writeFileSync(ready, '');
  return programs;
}
