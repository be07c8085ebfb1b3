import * as fc from 'fast-check';
import { deviceBucket, deviceBuckets } from '../../core/device-bucket';

describe('the bucket of a device', () => {
  test('never changes, or a device that a model was validated on would move into training', () => {
    expect(['pump-0001', 'engine-001', 'W\u00fcrzburg/7', ''].map(deviceBucket)).toEqual([24, 39, 32, 23]);
  });

  test('is a whole number from 0 to 99, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (deviceId) => {
        const bucket = deviceBucket(deviceId);
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket < deviceBuckets).toBe(true);
      }),
    );
  });

  test.each<[string, (index: number) => string]>([
    ['numbers in a row', (index) => `pump-${String(index).padStart(5, '0')}`],
    ['serial numbers in steps of a hundred', (index) => String(index * 100)],
    ['names that begin differently', (index) => `${index.toString(36)}-machine-of-a-plant`],
  ])('spreads %s evenly', (_what, nameOf) => {
    const devices = 20_000;
    const counts = Array<number>(deviceBuckets).fill(0);
    for (let index = 0; index < devices; index += 1) {
      const bucket = deviceBucket(nameOf(index));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    const expected = devices / deviceBuckets;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99 degrees of freedom: above 148 by chance once in a thousand.
    expect(chiSquare).toBeLessThan(148);
  });
});
