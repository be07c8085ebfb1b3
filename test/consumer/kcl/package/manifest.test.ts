import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { packageManifest, peers, type ProjectManifest } from '../../../../consumer/kcl/package/manifest';

const library = path.resolve(__dirname, '../../../../consumer/kcl');
const project = JSON.parse(readFileSync(path.join(library, '../../package.json'), 'utf8')) as ProjectManifest;

/** Folders that the package's faces do not reach. */
const notPublished = /^(simulator|package)\//;

describe('the package', () => {
  it('has for peers exactly what the library imports, in the versions that it is tested with', () => {
    const sources = readdirSync(library, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !notPublished.test(file.replaceAll('\\', '/')),
    );
    const imported = new Set(
      sources
        .flatMap((file) => [
          ...readFileSync(path.join(library, file), 'utf8').matchAll(/^(?:import|export|\}) .*from '([^'.][^']*)';$/gm),
        ])
        .map(([, name]) => name ?? '')
        .filter((name) => !name.startsWith('node:')),
    );
    expect([...imported].sort()).toEqual([...peers].sort());
    const { peerDependencies } = packageManifest(project);
    expect(peerDependencies).toEqual(Object.fromEntries(peers.map((name) => [name, `^${project.dependencies[name] ?? ''}`])));
  });

  it('is not made when the project does not say with which version of a peer it is tested', () => {
    const dependencies = { ...project.dependencies };
    delete dependencies['prom-client'];
    expect(() => packageManifest({ ...project, dependencies })).toThrow('prom-client');
  });
});
