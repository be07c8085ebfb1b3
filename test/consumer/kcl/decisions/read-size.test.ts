import fc from 'fast-check';
import { estimateRecordBytes, memoryWeight, readLimit, readSize } from '../../../../consumer/kcl/decisions/read-size';

/** The most that a reply holds. */
const maxReplyBytes = 10 * 1024 * 1024;

describe('the size of a read', () => {
  it('fits the memory that was reserved for it, for records of the expected size, and is one record at least', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: maxReplyBytes }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.nat(64 * 1024 * 1024),
        (recordBytes, maxRecords, reserved) => {
          const limit = readLimit(recordBytes, maxRecords, reserved);
          expect(limit).toBeGreaterThanOrEqual(1);
          expect(limit).toBeLessThanOrEqual(maxRecords);
          expect(limit === 1 || memoryWeight(limit, limit * recordBytes) <= reserved).toBe(true);
        },
      ),
    );
  });

  it('asks for room for at least one record, and for what the limit would bring', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: maxReplyBytes }), fc.integer({ min: 1, max: 10_000 }), (recordBytes, maxRecords) => {
        const { wantedBytes, leastBytes } = readSize(recordBytes, maxRecords);
        expect(leastBytes).toBeLessThanOrEqual(wantedBytes);
        expect(leastBytes).toBeGreaterThanOrEqual(memoryWeight(1, recordBytes));
        const limit = readLimit(recordBytes, maxRecords, wantedBytes);
        expect(memoryWeight(limit, limit * recordBytes)).toBeLessThanOrEqual(wantedBytes);
      }),
    );
  });

  it('brings a second of the shard in large and small records alike', () => {
    const kibibyte = 1024;
    expect(readLimit(200, 10_000, Infinity)).toBe(10_000);
    expect(readLimit(kibibyte, 10_000, Infinity)).toBe(2048);
    expect(readLimit(1024 * kibibyte, 10_000, Infinity)).toBe(2);
    expect(readLimit(maxReplyBytes, 10_000, Infinity)).toBe(1);
  });

  it('expects the largest reply as long as no record was seen', () => {
    expect(readSize(undefined, 10_000)).toEqual({ wantedBytes: 1024 * 1024, leastBytes: 1024 * 1024 });
    expect(readLimit(undefined, 10_000, maxReplyBytes)).toBe(10);
    expect(readLimit(undefined, 5, maxReplyBytes)).toBe(5);
    expect(estimateRecordBytes(undefined, 0, 0)).toBeUndefined();
  });

  it('learns of larger records at once, and forgets them slowly', () => {
    expect(estimateRecordBytes(undefined, 10, 1000)).toBe(100);
    expect(estimateRecordBytes(100, 10, 10_000)).toBe(1000);
    expect(estimateRecordBytes(1000, 10, 1000)).toBe(820);
    expect(estimateRecordBytes(1000, 0, 0)).toBe(1000);
  });
});
