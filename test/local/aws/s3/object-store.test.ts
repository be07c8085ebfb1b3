import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { keyOf, pathSegments } from '../../../../local/aws/s3/key-path';
import { compareKeys } from '../../../../local/aws/s3/listing';
import { ObjectStore } from '../../../../local/aws/s3/object-store';

const segment = fc.oneof(
  fc.constantFrom('', '.', '..', '%', '%%', 'a', 'b', 'a%', '%2E', 'con', '*', 'x:y', '\u0000', 'é', '😀'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const key = fc
  .array(segment, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'))
  .filter((candidate) => candidate !== '');

describe('the path of a key', () => {
  test('reads back to the key and never leaves its folder', () => {
    fc.assert(
      fc.property(key, (candidate) => {
        const segments = pathSegments(candidate);
        expect(keyOf(segments)).toBe(candidate);
        for (const name of segments) {
          expect(['', '.', '..']).not.toContain(name);
          expect(name).not.toMatch(/[/\\\0]/);
        }
      }),
    );
  });

  test('is the key itself for an ordinary key', () => {
    expect(pathSegments('readings/date=2026-11-20/part-0.parquet').join('/')).toBe('readings/date=2026-11-20/part-0.parquet');
  });

  test.each([
    ['empty', '', /empty/],
    ['longer than S3 allows', 'x/'.repeat(600), /1024/],
    ['too long between two slashes for a file system', 'x'.repeat(300), /between two slashes/],
  ])('is refused when the key is %s', (_, candidate, message) => {
    expect(() => pathSegments(candidate)).toThrow(message);
  });
});

describe('the object store', () => {
  let directory: string;
  let store: ObjectStore;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'store-'));
    store = new ObjectStore(directory, ['lake']);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('behaves like a map from keys to contents, whatever the keys', async () => {
    const command = fc.record({ key, content: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
        const model = new Map<string, string>();
        for (const { key: name, content } of commands) {
          if (content === undefined) {
            await store.delete('lake', name);
            model.delete(name);
          } else {
            await store.put('lake', name, content);
            model.set(name, content);
          }
        }
        const listed = await store.listAll('lake', '');
        expect(listed.map((object) => object.key)).toEqual([...model.keys()].sort(compareKeys));
        for (const [name, content] of model) {
          expect((await store.get('lake', name)).toString()).toBe(content);
        }
        for (const name of model.keys()) {
          await store.delete('lake', name);
        }
        expect(readdirSync(path.join(directory, 'lake'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps a key and keys below it at the same time', async () => {
    await store.put('lake', 'a', 'one');
    await store.put('lake', 'a/b', 'two');
    await store.put('lake', 'a', 'three');
    expect((await store.get('lake', 'a')).toString()).toBe('three');
    expect((await store.get('lake', 'a/b')).toString()).toBe('two');
  });

  test('takes a finished file without copying it', async () => {
    const file = store.temporaryPath();
    writeFileSync(file, 'made elsewhere');
    const object = await store.adopt('lake', 'x/y', file);
    expect(object).toMatchObject({ key: 'x/y', size: 14, path: path.join(directory, 'lake', 'x', 'y') });
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(object.path, 'utf8')).toBe('made elsewhere');
  });

  test('leaves the old content when writing the new one fails', async () => {
    await store.put('lake', 'x', 'old');
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('connection lost');
    };
    await expect(store.put('lake', 'x', failing())).rejects.toThrow('connection lost');
    expect((await store.get('lake', 'x')).toString()).toBe('old');
    expect(readdirSync(path.join(directory, '.tmp'))).toEqual([]);
  });
});
