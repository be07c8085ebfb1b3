import { build, type Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { compileFunction } from 'node:vm';
import type { PlantedBug } from './bugs';
import type * as entry from './entry';

/** What the bundle exports. */
export type BundledSimulator = typeof entry;

const library = path.resolve(__dirname, '..');

/** What is bundled; by default the simulator itself. */
export interface BundleSource {
  /** What is exported. */
  readonly entry: string;
  /** The folder that the files of patches are below. */
  readonly root: string;
}

const ownSource: BundleSource = { entry: path.join(library, 'simulator', 'entry.ts'), root: library };

/**
 * The simulator and the real runtime as one script, with a bug planted in it if one is given: in its text, so that nothing of the
 * sources changes, and every thread can run it.
 *
 * @throws Error when a patch does not fit its file exactly once
 */
export async function bundleSimulator(bug?: Pick<PlantedBug, 'patches'>, { entry, root } = ownSource): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
    plugins: [withoutPackages, planting(root, bug)],
  });
  const [file] = result.outputFiles;
  if (file === undefined) {
    throw new Error('the bundle is empty');
  }
  return file.text;
}

export function loadSimulator(code: string): BundledSimulator {
  return loadBundle(code) as BundledSimulator;
}

/** What the bundled script exports. */
export function loadBundle(code: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  const run = compileFunction(code, ['module', 'exports', 'require']) as (...args: unknown[]) => void;
  run(module, module.exports, createRequire(__filename));
  return module.exports;
}

/** The source with its bug. @throws Error when the text to replace is not there exactly once */
export function patched(source: string, { file, find, replace }: PlantedBug['patches'][number]): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`${file} contains the text of the planted bug ${parts.length - 1} times, not once: ${find}`);
  }
  return parts.join(replace);
}

/** Clients of AWS are imported beside what is used here, and nothing of them is. */
const withoutPackages: Plugin = {
  name: 'without-packages',
  setup: (bundling) => {
    bundling.onResolve({ filter: /^[^./]/ }, ({ kind, path: name }) =>
      kind === 'entry-point' ? undefined : { path: name, external: true, sideEffects: false },
    );
  },
};

function planting(root: string, bug: Pick<PlantedBug, 'patches'> | undefined): Plugin {
  return {
    name: 'planting',
    setup: (bundling) => {
      const files = new Set(bug?.patches.map(({ file }) => path.join(root, file)));
      bundling.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (bug === undefined || !files.has(file)) {
          return undefined;
        }
        const patches = bug.patches.filter((patch) => path.join(root, patch.file) === file);
        return { contents: patches.reduce(patched, await readFile(file, 'utf8')), loader: 'ts' };
      });
    },
  };
}
