import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Pinned, so that a new rule is met when somebody looks, and not on the day it comes out. */
const version = '1.58.0';

/** cfn-lint cannot be had here. */
export class NoLinterError extends Error {
  override readonly name = 'NoLinterError';
}

/** What cfn-lint finds, as its JSON format has it. */
export interface LintFinding {
  readonly Filename: string;
  readonly Level: string;
  readonly Location: { readonly Path: readonly (string | number)[] };
  readonly Message: string;
  readonly Rule: { readonly Id: string };
}

/**
 * The cfn-lint of this folder, installed from PyPI into an environment of its own the first time.
 * @throws NoLinterError when there is no Python 3, or the package cannot be had
 */
export function prepareLinter(directory: string): string {
  const environment = join(directory, `cfn-lint-${version}`);
  const program = join(environment, 'bin', 'cfn-lint');
  if (existsSync(program)) {
    return program;
  }
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-c', 'import venv, sys; sys.exit(sys.version_info < (3, 9))']).status === 0,
  );
  if (python === undefined) {
    throw new NoLinterError('cfn-lint needs Python 3.9 or later with the module venv (Debian: apt-get install python3-venv)');
  }
  mkdirSync(directory, { recursive: true });
  rmSync(environment, { recursive: true, force: true });
  const steps = [
    [python, '-m', 'venv', environment],
    [
      join(environment, 'bin', 'python'),
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      `cfn-lint==${version}`,
    ],
  ] as const;
  for (const [command, ...args] of steps) {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) {
      rmSync(environment, { recursive: true, force: true });
      throw new NoLinterError(`cfn-lint ${version} cannot be installed: ${command} ${args.join(' ')}\n${stderr}`);
    }
  }
  return program;
}

/** What cfn-lint finds in templates that go to one region: errors and warnings. What it recommends is for people who write templates by hand. */
export async function lint(program: string, region: string, templates: readonly string[]): Promise<readonly LintFinding[]> {
  const args = ['--format', 'json', '--regions', region, '--', ...templates];
  try {
    const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 1 << 28 });
    return JSON.parse(stdout) as LintFinding[];
  } catch (error: unknown) {
    // It ends with a code of its own when it has found something; a broken run has no JSON.
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    try {
      return JSON.parse(stdout) as LintFinding[];
    } catch {
      throw new Error(`cfn-lint failed: ${stderr || String(error)}`, { cause: error });
    }
  }
}
