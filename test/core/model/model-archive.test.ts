import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import * as tar from 'tar';
import { fileOfModelArchive } from '../../../core/model/model-archive';
import { ModelFormatError } from '../../../core/model/model-format-error';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The archive of files as the package `tar` writes it. */
function archiveOf(
  files: Readonly<Record<string, string>>,
  options: { portable?: boolean; prefix?: string; mtime?: Date; noPax?: boolean } = {},
): Uint8Array {
  const cwd = join(folder, 'content');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  const file = join(folder, 'model.tar.gz');
  tar.create({ gzip: true, sync: true, file, cwd, ...options }, Object.keys(files));
  return new Uint8Array(readFileSync(file));
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const refusal = (bytes: Uint8Array, ...more: [string?, number?]): string => {
  try {
    fileOfModelArchive(bytes, ...more);
    return 'read';
  } catch (error: unknown) {
    return error instanceof ModelFormatError ? error.message : `another error: ${String(error)}`;
  }
};

describe('the archive of a model', () => {
  test.each([0, 1, 511, 512, 513, 5000])('gives the file of %i bytes', (size) => {
    const content = 'm'.repeat(size);
    const archive = archiveOf({ 'a-file-before': 'x'.repeat(700), 'xgboost-model': content, 'b-file-behind': 'y' });
    expect(text(fileOfModelArchive(archive))).toBe(content);
  });

  test('gives it with a folder before its name, and with headers of another kind between', () => {
    const name = `${'long/'.repeat(30)}xgboost-model`;
    expect(text(fileOfModelArchive(archiveOf({ [name]: 'm' }, { portable: true }), name))).toBe('m');
    const withTimes = archiveOf({ 'xgboost-model': 'm' }, { mtime: new Date(1.5), noPax: false });
    expect(text(fileOfModelArchive(withTimes))).toBe('m');
    const inFolder = archiveOf({ './xgboost-model': 'm' }, { prefix: '.' });
    expect(text(fileOfModelArchive(inFolder))).toBe('m');
  });

  test('without the file names those that are there', () => {
    const archive = archiveOf({ 'xgboost-model-0': 'a', 'xgboost-model-1': 'b' });
    expect(refusal(archive)).toBe('no file xgboost-model in the archive; there is xgboost-model-0, xgboost-model-1');
    expect(refusal(new Uint8Array(gzipSync(new Uint8Array(1024))))).toBe('no file xgboost-model in the archive; there is none');
  });

  test('is not unpacked beyond the bound', () => {
    const archive = archiveOf({ 'xgboost-model': 'm'.repeat(100_000) });
    expect(refusal(archive, 'xgboost-model', 99_999)).toContain('cannot be unpacked');
    expect(refusal(archive, 'xgboost-model', 200_000)).toBe('read');
  });

  test('is refused when it is none, or was damaged', () => {
    const unpacked = gunzipSync(archiveOf({ 'xgboost-model': 'm'.repeat(600) }));
    const packed = (change: (bytes: Buffer) => Uint8Array): Uint8Array => new Uint8Array(gzipSync(change(Buffer.from(unpacked))));
    expect(refusal(new Uint8Array())).toContain('cannot be unpacked');
    expect(refusal(new Uint8Array(Buffer.from('hello')))).toContain('cannot be unpacked');
    expect(refusal(packed((bytes) => bytes.fill('x')))).toContain('not octal');
    expect(refusal(packed((bytes) => bytes.fill('X', 0, 3)))).toContain('checksum');
    expect(refusal(packed((bytes) => bytes.subarray(0, 1000)))).toBe('the archive ends within xgboost-model');
  });

  test('damaged anywhere gives bytes or is refused', () => {
    const archive = gunzipSync(archiveOf({ 'xgboost-model': 'm'.repeat(600), other: 'o' }));
    fc.assert(
      fc.property(fc.nat(archive.length - 1), fc.nat(255), fc.nat(archive.length), (at, byte, end) => {
        const changed = Buffer.from(archive);
        changed[at] = byte;
        expect(refusal(new Uint8Array(gzipSync(changed.subarray(0, end))))).not.toContain('another error');
      }),
      { numRuns: 300 },
    );
  });
});
