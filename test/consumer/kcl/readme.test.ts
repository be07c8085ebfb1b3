import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { resolveSettings, type WorkerSettings } from '../../../consumer/kcl/options';

const library = path.resolve(__dirname, '../../../consumer/kcl');
const read = (file: string): string => readFileSync(path.join(library, file), 'utf8');

/** The text of a section, up to the next of its level. */
function section(title: string): string {
  const [, text] = read('README.md').split(`\n## ${title}\n`);
  if (text === undefined) {
    throw new Error(`the README has no section ${title}`);
  }
  return text.split('\n## ')[0] ?? '';
}

/** The rows of its tables, without their heads. */
function rows(title: string): readonly (readonly string[])[] {
  return section(title)
    .split('\n\n')
    .flatMap((block) =>
      block
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .slice(2),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const codeIn = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');
const names = (table: readonly (readonly string[])[]): readonly string[] => table.flatMap(([cell]) => codeIn(cell ?? ''));

describe('the README', () => {
  const settingRows = rows('Options').filter((cells) => cells.length === 5);

  it('names every setting with its default', () => {
    const documented = [...read('options.ts').matchAll(/@default ([^\n]*?)\s*\*\/\s*readonly (\w+): number;/g)];
    const defaults = documented.map(([, text = '', name = '']) => [`\`${name}\``, text]);
    expect(defaults.length).toBe(Object.keys(resolveSettings({})).length);
    expect(settingRows.map(([name, text]) => [name, text])).toEqual(defaults);
  });

  it.each(settingRows)('says of %s the unit and the bounds that hold', (name = '', _default, unit, allowed = '') => {
    const option = codeIn(name)[0] as keyof WorkerSettings;
    const [, of = ''] = /(Ms|Bytes)$/.exec(option) ?? [];
    expect(unit).toBe({ Ms: 'ms', Bytes: 'bytes' }[of] ?? unit);
    const [least, most] = allowed.replace('≥ ', '').split(' … ').map(Number);
    // Whatever is greater than the longest wait between two reads.
    const fitting = option === 'readerStallTimeMs' ? {} : { readerStallTimeMs: 2e9 };
    const settle = (value: number): unknown => resolveSettings({ idleReadIntervalMs: 200, ...fitting, [option]: value });
    expect(() => settle((least ?? NaN) - 1)).toThrow(`${option} must be a number`);
    expect(() => settle((most ?? Number.MAX_SAFE_INTEGER) + 1)).toThrow(`${option} must be a number`);
    expect(() => settle(Math.max(least ?? NaN, option === 'readerStallTimeMs' ? 201 : 0))).not.toThrow();
    expect(() => settle(most ?? 1e9)).not.toThrow();
  });

  it('names every other option of createWorker, and no other', () => {
    const source = read('create-worker.ts');
    const optionsOf = (name: string): readonly string[] => {
      const [, body = ''] = new RegExp(`export interface ${name} .*?\\{\\n(.*?)^\\}`, 'ms').exec(source) ?? [];
      return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option]) => option ?? '');
    };
    const others = rows('Options').filter((cells) => cells.length === 3);
    expect([...names(others.map(([name = '']) => [name]))].sort()).toEqual(
      [...optionsOf('WorkerBehaviour'), ...optionsOf('WorkerOptions')].sort(),
    );
  });

  it('names every option of enhanced fan-out with its default', () => {
    const fields = read('reading.ts').split('export interface FanOutReading {')[1]?.split('\n}')[0] ?? '';
    const documented = [...fields.matchAll(/@default ([^\n]*?)\s*\*\/\s*readonly (\w+)\?:/g)];
    expect(documented.length).toBeGreaterThan(3);
    expect(rows('Enhanced fan-out').map(([name, text]) => [name, text])).toEqual(
      documented.map(([, text = '', name = '']) => [`\`${name}\``, text]),
    );
  });

  it("names every option that is a replay's own", () => {
    const source = read('replay/replay-range.ts');
    const fields = [...(source.split('/** How often the replay looks')[0] ?? '').matchAll(/^ {2}readonly (\w+)\??:/gm)].map(
      ([, name]) => name,
    );
    const known = ['stream', 'application', 'kinesis', 'dynamodb'];
    expect([...names(rows('Replay').map(([name = '']) => [name]))].sort()).toEqual(
      fields.filter((name) => !known.includes(name ?? '')).sort(),
    );
  });

  it('names every error code with what to do, and no other', () => {
    const [, union = ''] = read('errors.ts').split('export type KclErrorCode =');
    const codes = [...(union.split(';')[0] ?? '').matchAll(/'([A-Z0-9_]+)'/g)].map(([, code]) => code);
    expect(codes).toContain('INVALID_OPTION');
    expect(names(rows('Errors'))).toEqual(codes);
  });

  it('names every event, and no other', () => {
    const types = new Set([...read('events.ts').matchAll(/readonly type: '([a-z-]+)'/g)].map(([, type]) => type));
    expect(types).toContain('lease-taken');
    expect([...names(rows('Events'))].sort()).toEqual([...types].sort());
  });
});
