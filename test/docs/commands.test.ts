import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const text = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');
/** The source of a folder of `lib/`, as one text. */
const sourceOf = (...folder: readonly string[]): string =>
  readdirSync(join(root, ...folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => text(...folder, name))
    .join('\n');
const matches = (page: string, pattern: RegExp): readonly (readonly string[])[] =>
  [...page.matchAll(pattern)].map(([, ...groups]) => groups);

describe('what commands in the docs name', () => {
  const runbook = text('docs', 'runbook.md');
  const devices = text('docs', 'devices.md');

  test('outputs are outputs of the stack that is asked', () => {
    const asked = [
      ...matches(runbook, /\$\(out (\w+) (\w+)\)/g),
      ...matches(devices, /(?<![\w-])output (\w+)/g).map(([output = '']) => ['ingestion', output]),
    ];
    expect(asked.length).toBeGreaterThan(10);
    const has = (stack: string, output: string): boolean => new RegExp(`\\b${output}['"]?[:,]`).test(sourceOf('lib', stack));
    expect(asked.filter(([stack = '', output = '']) => !has(stack, output))).toEqual([]);
  });

  test('resource types are ones that the stack has', () => {
    const snapshots = (stack: string): string =>
      readdirSync(join(root, 'test', 'lib', stack, '__snapshots__'))
        .map((name) => text('test', 'lib', stack, '__snapshots__', name))
        .join('\n');
    const asked = matches(runbook, /\$\(ids (\w+) ([\w:]+)\)/g);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter(([stack = '', type = '']) => !snapshots(stack).includes(`"Type": "${type}"`))).toEqual([]);
  });

  test('events are ones that the consumer logs', () => {
    const consumer = sourceOf('consumer');
    const asked = [
      ...matches(runbook, /filter event = "([\w-]+)"/g),
      ...matches(runbook, /filter event in \[([^\]]*)\]/g).flatMap(([list = '']) => matches(list, /"([\w-]+)"/g)),
    ].flat();
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((event) => !consumer.includes(`'${event}'`))).toEqual([]);
  });

  test('graphs, lines and saved queries are ones that are deployed', () => {
    const there = sourceOf('lib', 'monitoring', 'dashboard') + sourceOf('lib', 'delivery');
    const prose = runbook
      .replaceAll(/```[^]*?```/g, '')
      .replaceAll(/`[^`]*`/g, '')
      .replaceAll(/\s+/g, ' ');
    const named = matches(prose, /"((?:[A-Z]|quarantine: )[^"]{1,35})"/g).flat();
    expect(named.length).toBeGreaterThan(10);
    // What is longer is a message of AWS. A label may begin with the name of a table.
    expect(named.filter((name) => !there.includes(`'${name}'`) && !there.includes(`: ${name}`))).toEqual([]);
  });
});
