import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { packageName } from './manifest';

const modules = path.resolve(__dirname, '../../../node_modules');
const run = promisify(execFile);

/** What the packages of this project give to the application in the place of `npm install`. */
const installed = ['@aws-sdk', '@types', 'prom-client'];

const faces = [packageName, `${packageName}/testing`];

/**
 * Uses a tarball as its users would, in an application of its own in `directory`: loads it as ES modules and as CommonJS, compiles the
 * programs of its README against its types, as both, and runs the one that needs no AWS.
 *
 * @returns what was seen, a line each
 * @throws Error naming what does not work
 */
export async function tryPackage(tarball: string, directory: string): Promise<readonly string[]> {
  const home = path.join(directory, 'node_modules', packageName);
  mkdirSync(home, { recursive: true });
  await extract({ file: tarball, cwd: home, strip: 1 });
  installed.forEach((name) => symlinkSync(path.join(modules, name), path.join(directory, 'node_modules', name)));

  const exported = await Promise.all(faces.map((face) => sameExports(face, directory)));
  const programs = programsOf(readFileSync(path.join(home, 'README.md'), 'utf8'));
  const files = programs.map((program, i) => ({ name: `example-${i + 1}`, program }));
  for (const { name, program } of files) {
    writeFileSync(path.join(directory, `${name}.mts`), program);
    // CommonJS has no await outside of functions; types are what is tried here.
    writeFileSync(path.join(directory, `${name}.cts`), program.replaceAll(/^await /gm, 'void '));
  }
  await compile(directory);
  const local = files.filter(({ program }) => program.includes('/testing'));
  const outputs = await Promise.all(local.map(({ name, program }) => runProgram(path.join(directory, `${name}.mjs`), program)));
  return [
    ...faces.map((face, i) => `${face}: ${exported[i] ?? 0} values, the same as an ES module and as CommonJS`),
    `${programs.length} programs of the README compile, ${outputs.length} ran`,
  ];
}

/** How many values a face exports. @throws Error when `import` and `require` give different ones */
async function sameExports(face: string, cwd: string): Promise<number> {
  const names = async (type: string, load: string): Promise<string> => {
    const code = `const face = ${load}; process.stdout.write(Object.keys(face).filter((n) => !['default', '__esModule', 'module.exports'].includes(n)).sort().join());`;
    return (await run(process.execPath, [`--input-type=${type}`, '-e', code], { cwd })).stdout;
  };
  const [esm, cjs] = await Promise.all([names('module', `await import('${face}')`), names('commonjs', `require('${face}')`)]);
  if (esm === '' || esm !== cjs) {
    throw new Error(`${face} exports as an ES module: ${esm}; as CommonJS: ${cjs}`);
  }
  return esm.split(',').length;
}

/** The examples that are whole programs: they begin with their imports. */
function programsOf(readme: string): readonly string[] {
  const programs = [...readme.matchAll(/^```ts\n(import .*?)^```$/gms)].map(([, program]) => program ?? '');
  if (!programs.some((program) => program.includes('/testing'))) {
    throw new Error('the README has no program that runs without AWS');
  }
  return programs;
}

async function compile(directory: string): Promise<void> {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    // The library's own declarations are checked as well, those of the AWS SDK with them.
    skipLibCheck: false,
  };
  writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.mts', '*.cts'] }));
  const compiler = createRequire(__filename).resolve('typescript/bin/tsc');
  try {
    await run(process.execPath, [compiler, '-p', directory]);
  } catch (error: unknown) {
    const { stdout } = error as { readonly stdout?: string };
    throw new Error(`the README's programs do not compile against the package:\n${stdout ?? ''}`, { cause: error });
  }
}

/** @throws Error when it prints something else than its last comment says */
async function runProgram(file: string, program: string): Promise<string> {
  const { stdout } = await run(process.execPath, [file], { timeout: 60_000 });
  const expected = /\/\/ (.*)\n$/.exec(program)?.[1];
  if (stdout.trim() !== expected) {
    throw new Error(`the README's program printed "${stdout.trim()}", and the README says "${expected ?? ''}"`);
  }
  return stdout;
}
