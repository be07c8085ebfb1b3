import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { factory } from '../../../domains/factory/domain';
import type { Domain, OutgoingRecord } from '../../../core/domain';
import { linesOf } from '../../../local/fleet/lines';
import { openSource } from '../../../local/fleet/source';

const settings = { domain: 'd', streamName: 's', replay: [], records: 20, seed: 1, endTime: Date.UTC(2026, 0, 1) };

describe('what the fleet sends', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fleet-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const file = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const all = async <T>(items: Iterable<T> | AsyncIterable<T>): Promise<T[]> => {
    const found: T[] = [];
    for await (const item of items) {
      found.push(item);
    }
    return found;
  };
  const record = (line: string): OutgoingRecord => ({ partitionKey: 'k', data: Buffer.from(line) });
  const lineDomain: Domain = {
    ...factory,
    reader: {
      format: 'lines',
      open: (file) => ({
        record: (line) => (line === '' ? [] : [record(line)]),
        end: () => (file.includes('with-an-end') ? [record(`end of ${path.basename(file)}`)] : []),
      }),
    },
  };
  const replay = async (...files: string[]) =>
    (await all(await openSource(lineDomain, { ...settings, replay: files }))).map(({ data }) => Buffer.from(data).toString());

  test('a simulated fleet sends exactly the records asked for', async () => {
    expect(await all(await openSource(factory, settings))).toHaveLength(20);
  });

  test('files are replayed one after the other, plain or compressed, whatever they are called', async () => {
    const plain = await file('plain.txt', 'a\r\nb\n\nc');
    const compressed = await file('compressed.gz', gzipSync('d\né\n'));
    const misnamed = await file('misnamed.txt', gzipSync('f'));
    expect(await replay(plain, compressed, misnamed)).toEqual(['a', 'b', 'c', 'd', 'é', 'f']);
  });

  test('what the end of a file tells comes after its lines, before the next file', async () => {
    const first = await file('with-an-end.txt', 'a\nb\n');
    expect(await replay(first, await file('other.txt', 'c'))).toEqual(['a', 'b', 'end of with-an-end.txt', 'c']);
  });

  test('lines come out as they went in, wherever the reads of the file are cut', async () => {
    const lines = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }).map((line) => line.replaceAll(/[\r\n]/g, '')));
    await fc.assert(
      fc.asyncProperty(lines, fc.boolean(), async (texts, compress) => {
        const padded = texts.map((text, at) => `${at}${text}${'é'.repeat(at % 3 === 0 ? 9000 : 0)}`);
        const content = Buffer.from(padded.map((text) => `${text}\n`).join(''));
        expect(await all(linesOf(await file('lines', compress ? gzipSync(content) : content)))).toEqual(padded);
      }),
      { numRuns: 25 },
    );
  });

  test('a file that is missing or no file is named before anything is sent', async () => {
    const good = await file('good.txt', 'a');
    const missing = path.join(folder, 'missing.txt');
    await expect(replay(good, missing)).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringContaining(missing) as string,
    });
    await expect(replay(folder)).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringContaining('not a file') as string,
    });
  });

  test('a damaged compressed file is an error, not the end of the file', async () => {
    const whole = gzipSync(Buffer.from(Array.from({ length: 20_000 }, (_, at) => `line ${at * 7919}`).join('\n')));
    const cut = await file('cut.gz', whole.subarray(0, whole.length / 2));
    await expect(replay(cut)).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringContaining('cut.gz') as string,
    });
  });

  test('a domain without a simulator asks for files', async () => {
    const { simulator, ...rest } = lineDomain;
    expect(simulator).toBeDefined();
    await expect(openSource(rest, settings)).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringContaining('lines') as string,
    });
  });
});
