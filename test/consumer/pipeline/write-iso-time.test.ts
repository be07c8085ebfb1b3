import fc from 'fast-check';
import { maxIsoTimeBytes, writeIsoTime } from '../../../consumer/pipeline/write-iso-time';

function isoTime(timeMs: number): string {
  const bytes = new Uint8Array(5 + maxIsoTimeBytes).fill(0x39);
  const end = writeIsoTime(bytes, 5, timeMs);
  return Buffer.from(bytes.subarray(5, end)).toString();
}

describe('writeIsoTime', () => {
  test.each([0, -1, 1, 86_400_000, -62_135_596_800_000, 253_402_300_799_999, 253_402_300_800_000, 951_782_400_000])(
    'writes %d as a Date does',
    (timeMs) => expect(isoTime(timeMs)).toBe(new Date(timeMs).toISOString()),
  );

  test('writes every time as a Date does, whatever was written before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -8.64e15, max: 8.64e15 }), { minLength: 1 }), (times) => {
        expect(times.map(isoTime)).toEqual(times.map((timeMs) => new Date(timeMs).toISOString()));
      }),
    );
  });

  test('refuses what is no time', () => {
    expect(() => isoTime(9e15)).toThrow(RangeError);
    expect(() => isoTime(Number.NaN)).toThrow(RangeError);
  });
});
