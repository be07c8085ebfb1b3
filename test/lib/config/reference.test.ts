import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from '../../../lib/config/reference';
import { keyRows } from '../../../lib/config/reference/key-rows';
import { settingsSchema, variantsOf } from '../../../lib/config/schema-node';
import { projectRoot } from '../../../lib/shared/node-bundle';

const keys = Object.values({ '': settingsSchema(), ...settingsSchema().properties })
  .flatMap((node) => variantsOf(node))
  .flatMap(({ node }) => keyRows(node));

describe('docs/configuration.md', () => {
  it('is what the code says; npm run docs writes it', () => {
    expect(readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8')).toBe(configurationReference());
  });

  it('says of every key what it means, what it takes, and what holds without it', () => {
    expect(keys.length).toBeGreaterThan(70);
    expect(keys.filter(({ node }) => (node.description ?? '') === '').map(({ path }) => path.join('.'))).toEqual([]);
    expect(
      keys.filter(({ node }) => node.type === 'integer' && (node.minimum === undefined || node.maximum === undefined)),
    ).toEqual([]);
    const text = keys.filter(({ node }) => node.type === 'string' && node.enum === undefined && node.allowed === undefined);
    expect(text.map(({ path }) => path.join('.'))).toEqual([]);
    // Markdown would take it for a tag, and leave it out.
    expect(keys.filter(({ node }) => /<\w/.test(`${node.description ?? ''}${node.allowed ?? ''}`))).toEqual([]);
  });
});

describe('every key of the configuration', () => {
  it('is read where the infrastructure is built', () => {
    const lib = join(projectRoot, 'lib');
    const code = readdirSync(lib, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('config'))
      .map((path) => readFileSync(join(lib, path), 'utf8'))
      .join('\n');
    const unread = new Set(keys.map(({ path }) => path.at(-1) ?? '').filter((key) => !new RegExp(`\\b${key}\\b`).test(code)));
    // The keys of a purpose are read as `${purpose}KeyArn`.
    expect([...unread]).toEqual(['streamKeyArn', 'lakeKeyArn', 'operationsKeyArn']);
  });
});
