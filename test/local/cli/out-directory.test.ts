import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { openOutDirectory, prepareOutDirectory } from '../../../local/cli/out-directory';
import { UsageError } from '../../../local/cli/usage-error';

describe('the folder of a run', () => {
  let parent: string;
  let folder: string;
  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'out-'));
    folder = path.join(parent, 'run');
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  test('is emptied for a new run, and kept for a command after it', () => {
    const first = prepareOutDirectory(folder);
    mkdirSync(first.assembly);
    writeFileSync(path.join(first.state, 'jobs'), 'kept');
    first.release();
    const again = openOutDirectory(folder);
    expect({ ...again, release: undefined }).toEqual({ ...first, release: undefined });
    expect(existsSync(path.join(again.state, 'jobs'))).toBe(true);
    again.release();
    prepareOutDirectory(folder).release();
    expect(readdirSync(path.join(folder, 'state'))).toEqual([]);
    expect(existsSync(first.assembly)).toBe(false);
  });

  test('is never one that no run has made', () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'thesis.md'), 'mine');
    expect(() => prepareOutDirectory(folder)).toThrow('was not made by a run');
    expect(() => openOutDirectory(folder)).toThrow('no run has made this folder');
    expect(readdirSync(folder)).toEqual(['thesis.md']);
    expect(() => openOutDirectory(path.join(parent, 'nowhere'))).toThrow(UsageError);
  });

  test('is no use to a command before there is a template', () => {
    prepareOutDirectory(folder).release();
    expect(() => openOutDirectory(folder)).toThrow('ended before it had a template');
    expect(readdirSync(folder)).not.toContain('.lock');
  });

  test('is of one process at a time, and of the next one when that was killed', async () => {
    const out = prepareOutDirectory(folder);
    mkdirSync(out.assembly);
    const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000); console.log("up")']);
    await once(other.stdout, 'data');
    writeFileSync(path.join(folder, '.lock'), String(other.pid));
    for (const use of [prepareOutDirectory, openOutDirectory]) {
      expect(() => use(folder)).toThrow(`${folder} is in use by process ${other.pid ?? ''}: stop it`);
    }
    expect(existsSync(out.assembly)).toBe(true);
    // Somebody else's lock is not ours to give back.
    out.release();
    expect(readdirSync(folder)).toContain('.lock');
    const gone = once(other, 'exit');
    other.kill('SIGKILL');
    await gone;
    const { release } = openOutDirectory(folder);
    release();
    release();
    expect(readdirSync(folder)).not.toContain('.lock');
  });
});
