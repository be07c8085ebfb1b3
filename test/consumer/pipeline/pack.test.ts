import * as fc from 'fast-check';
import { billedBytes, maxFirehoseRecordBytes, Packer } from '../../../consumer/pipeline/pack';

const documents = fc.array(
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `${JSON.stringify(text)}\n`),
  { maxLength: 80 },
);

describe('Packer', () => {
  test('keeps every document whole and in order, in records within the limit, over several flushes', () => {
    fc.assert(
      fc.property(fc.array(documents, { maxLength: 3 }), fc.integer({ min: 500, max: 3_000 }), (flushes, limit) => {
        const packer = new Packer(limit);
        for (const flush of flushes) {
          flush.forEach((document) => packer.add(Buffer.from(document)));
          const records = packer.records().map((record) => Buffer.from(record).toString('utf8'));
          expect(records.join('')).toBe(flush.join(''));
          expect(records.every((record) => record.endsWith('\n') && Buffer.byteLength(record) <= limit)).toBe(true);
          expect(packer.bytes).toBe(Buffer.byteLength(flush.join('')));
          packer.clear();
        }
        expect(packer.records()).toEqual([]);
      }),
    );
  });

  test('begins a record only when the next document does not fit', () => {
    const packer = new Packer(10);
    ['aaaa\n', 'bbbb\n', 'c\n'].forEach((document) => packer.add(Buffer.from(document)));
    expect(packer.records().map(String)).toEqual(['aaaa\nbbbb\n', 'c\n']);
  });

  test('takes a document that just fills a record, and refuses one that no record holds', () => {
    const packer = new Packer(10);
    packer.add(Buffer.from('ééééé'));
    expect(() => packer.add(Buffer.from('éééééé'))).toThrow(RangeError);
    expect(packer.records().map(String)).toEqual(['ééééé']);
  });

  test.each([80, 200, 405, 3_000, 60_000])(
    'of 1 MiB in documents of %i bytes at most 5 %% more than the payload is billed',
    (size) => {
      const packer = new Packer();
      while (packer.bytes < maxFirehoseRecordBytes) {
        packer.add(Buffer.from(`${'x'.repeat(size - 1)}\n`));
      }
      const billed = packer.records().reduce((sum, { byteLength }) => sum + billedBytes(byteLength), 0);
      expect(billed / packer.bytes).toBeLessThanOrEqual(1.05);
    },
  );

  test('a record is billed in steps of 5 KiB', () => {
    expect([0, 1, 5_120, 5_121, maxFirehoseRecordBytes].map(billedBytes)).toEqual([
      0,
      5_120,
      5_120,
      10_240,
      maxFirehoseRecordBytes,
    ]);
  });
});
