import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { preparePython } from '../python/environment';

/** Pinned, so that a new rule is met when somebody looks, and not on the day it comes out. */
const version = '1.58.0';

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
 * @throws NoPythonError when there is no Python 3, or the package cannot be had
 */
export function prepareLinter(directory: string): string {
  const environment = { directory: join(directory, `cfn-lint-${version}`), packages: [[`cfn-lint==${version}`]] };
  return join(preparePython(environment), 'cfn-lint');
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
