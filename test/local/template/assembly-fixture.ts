import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly, type Assembly, type Template } from '../../../local/template/assembly';

/** An assembly in memory: stacks by name, without assets. */
export function assemblyOf(stacks: Readonly<Record<string, Template>>): Assembly {
  const all = Object.entries(stacks).map(([name, template]) => ({ name, template, files: [], images: [] }));
  return { directory: '/nowhere', stacks: all };
}

/** Writes an assembly of one stack with a file asset and an image asset, reads it, and removes it after `use`. */
export function withAssembly<T>(template: Template, use: (assembly: Assembly, directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  const write = (name: string, content: unknown): void => writeFileSync(join(directory, name), JSON.stringify(content));
  try {
    mkdirSync(join(directory, 'asset.code'));
    mkdirSync(join(directory, 'asset.image'));
    write('manifest.json', {
      artifacts: {
        'one.assets': { type: 'cdk:asset-manifest', properties: { file: 'one.assets.json' } },
        one: {
          type: 'aws:cloudformation:stack',
          properties: { templateFile: 'one.template.json', stackName: 'One' },
          dependencies: ['one.assets'],
        },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    });
    write('one.template.json', template);
    write('one.assets.json', {
      files: {
        code: {
          source: { path: 'asset.code', packaging: 'zip' },
          destinations: { here: { objectKey: 'code-${AWS::Region}.zip' } },
        },
      },
      dockerImages: {
        image: { source: { directory: 'asset.image' }, destinations: { here: { imageTag: 'image-tag' } } },
      },
    });
    return use(readAssembly(directory), directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
