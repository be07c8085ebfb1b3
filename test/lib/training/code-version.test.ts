import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeVersion } from '../../../lib/training/code-version';

describe('the version of the code', () => {
  const root = mkdtempSync(join(tmpdir(), 'code-version-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const program = (name: string, text: string): string => {
    const directory = join(root, name);
    mkdirSync(directory);
    writeFileSync(join(directory, 'index.js'), text);
    return directory;
  };
  const [plan, start] = [program('plan', 'plan'), program('start', 'start')] as const;

  it('is the same for the same programs, wherever they lie, and another for any that differs', () => {
    const version = codeVersion(plan, start);
    expect(version).toMatch(/^[0-9a-f]{12}$/);
    expect(codeVersion(program('plan-2', 'plan'), program('start-2', 'start'))).toBe(version);
    expect(codeVersion(plan, program('start-3', 'start!'))).not.toBe(version);
    expect(codeVersion(plan)).not.toBe(version);
  });
});
