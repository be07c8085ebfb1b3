import { transform } from 'esbuild';
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { packageManifest, type ProjectManifest } from './manifest';

const library = path.resolve(__dirname, '..');
const project = path.resolve(library, '../..');
const run = promisify(execFile);

/** Pages that the README sends its readers to; they travel with it. */
const pages = ['simulator.md', 'simulator-scaling.svg', 'proof.md'];

/**
 * Writes the package to `directory`, as npm would unpack it: the library file by file, as ES modules and as CommonJS, with its types,
 * and nothing but what its faces reach (no simulator). Files are not bundled into one, so that both faces share their classes.
 *
 * @throws Error with the compiler's messages when the library does not compile
 */
export async function buildPackage(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const esm = path.join(directory, 'esm');
  const cjs = path.join(directory, 'cjs');
  await compile(esm);
  for (const file of filesBelow(esm)) {
    const text = withFileNames(readFileSync(path.join(esm, file), 'utf8'), path.dirname(path.join(esm, file)));
    writeFileSync(path.join(esm, file), text);
    const target = path.join(cjs, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.endsWith('.js') ? await asCommonJs(text) : text);
  }
  writeFileSync(path.join(esm, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(path.join(cjs, 'package.json'), '{ "type": "commonjs" }\n');

  const manifest = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8')) as ProjectManifest;
  writeFileSync(path.join(directory, 'package.json'), `${JSON.stringify(packageManifest(manifest), undefined, 2)}\n`);
  copyFileSync(path.join(project, 'LICENSE'), path.join(directory, 'LICENSE'));
  const readme = readFileSync(path.join(library, 'README.md'), 'utf8');
  writeFileSync(path.join(directory, 'README.md'), readme.replaceAll('](../../docs/', '](docs/'));
  mkdirSync(path.join(directory, 'docs'));
  for (const page of pages) {
    copyFileSync(path.join(project, 'docs', page), path.join(directory, 'docs', page));
  }
}

/** Makes the tarball of a package that was built, as `npm publish` would. @returns its path */
export async function packPackage(directory: string, into: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', into], { cwd: directory });
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  if (packed === undefined) {
    throw new Error('npm has packed nothing');
  }
  return path.join(into, packed.filename);
}

async function compile(into: string): Promise<void> {
  const compiler = createRequire(__filename).resolve('typescript/bin/tsc');
  try {
    await run(process.execPath, [compiler, '-p', path.join(__dirname, 'tsconfig.build.json'), '--outDir', into]);
  } catch (error: unknown) {
    const { stdout } = error as { readonly stdout?: string };
    throw new Error(`the library does not compile:\n${stdout ?? ''}`, { cause: error });
  }
}

async function asCommonJs(text: string): Promise<string> {
  return (await transform(text, { format: 'cjs', target: 'node20', platform: 'node' })).code;
}

/** Names the files that are imported, which ES modules ask for: `./retry` is `./retry.js`, a folder its index. */
function withFileNames(text: string, directory: string): string {
  return text.replace(/(\bfrom |\bimport\()(['"])(\.{1,2}\/[^'"]+)\2/g, (_, before: string, quote: string, name: string) => {
    const isFolder = existsSync(path.join(directory, name, 'index.js'));
    return `${before}${quote}${name}${isFolder ? '/index.js' : '.js'}${quote}`;
  });
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.js') || file.endsWith('.d.ts'),
  );
}
