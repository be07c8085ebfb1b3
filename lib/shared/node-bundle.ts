import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** The folder of the project: entries are named relative to it. */
export const projectRoot = resolve(__dirname, '..', '..');

/** One program to bundle. */
export interface BundleEntry {
  /** The TypeScript file to start from, relative to the project's folder, or absolute. */
  readonly entry: string;
  /** What the bundle is called, without `.js`: `index` for a function, `main` for the container. */
  readonly fileName: string;
  /** Files to put beside the bundle, under their own names. @default none */
  readonly beside?: readonly { readonly path: string; readonly name: string }[];
}

/**
 * Bundles programs for Node.js, each with everything that it imports in one file, in a folder of its own.
 *
 * All are built in one call of esbuild, because its start costs more than a bundle. The same sources give the same bytes: paths in
 * the output are relative to the project, and nothing of the machine gets in. Not minified, so that a stack trace can be read.
 * The target is the oldest Node.js on which the local run has to start the very same files.
 *
 * @returns the folder of each program; they are deleted when the process ends, after the CDK has copied them to its output
 * @throws Error with esbuild's messages when a source does not build
 */
export async function bundleForNode<Name extends string>(
  programs: Readonly<Record<Name, BundleEntry>>,
): Promise<Readonly<Record<Name, string>>> {
  const directory = mkdtempSync(join(tmpdir(), 'bundles-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const names = Object.keys(programs) as Name[];
  await build({
    absWorkingDir: projectRoot,
    entryPoints: names.map((name) => ({
      in: resolve(projectRoot, programs[name].entry),
      out: join(name, programs[name].fileName),
    })),
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // ES modules first: they can be shaken, which halves the AWS SDK.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  });
  for (const name of names) {
    for (const file of programs[name].beside ?? []) {
      copyFileSync(resolve(projectRoot, file.path), join(directory, name, file.name));
    }
  }
  return Object.fromEntries(names.map((name) => [name, join(directory, name)])) as Record<Name, string>;
}
