import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleForNode } from '../../../lib/shared/node-bundle';

describe('bundling for Node.js', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const source = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const lib = source('lib.ts', 'export const answer: number = 42;\n');

  it('puts each program with all that it imports into one file in a folder of its own', async () => {
    const one = source('one.ts', "import { answer } from './lib';\nexport const handler = () => answer;\n");
    const two = source('two.ts', 'export const handler = () => 2;\n');
    const folders = await bundleForNode({ one: { entry: one, fileName: 'index' }, two: { entry: two, fileName: 'main' } });
    expect([readdirSync(folders.one), readdirSync(folders.two)]).toEqual([['index.js'], ['main.js']]);
    const { handler } = (await import(join(folders.one, 'index.js'))) as { handler: () => number };
    expect(handler()).toBe(42);
  });

  it('gives the same bytes for the same sources', async () => {
    const bundle = async (): Promise<string> => {
      const folders = await bundleForNode({ lib: { entry: lib, fileName: 'index' } });
      return readFileSync(join(folders.lib, 'index.js'), 'utf8');
    };
    expect(await bundle()).toBe(await bundle());
    expect(await bundle()).not.toContain(tmpdir() + '/bundles-');
  });

  it('puts the files that belong beside a bundle there', async () => {
    const beside = [{ path: source('Recipe', 'FROM scratch\n'), name: 'Dockerfile' }];
    const { lib: folder } = await bundleForNode({ lib: { entry: lib, fileName: 'main', beside } });
    expect(readdirSync(folder).sort()).toEqual(['Dockerfile', 'main.js']);
  });

  it('says what is wrong with a source that does not build', async () => {
    const broken = source('broken.ts', "import { nothing } from './missing';\nexport default nothing;\n");
    await expect(bundleForNode({ broken: { entry: broken, fileName: 'index' } })).rejects.toThrow(
      'Could not resolve "./missing"',
    );
  });
});
