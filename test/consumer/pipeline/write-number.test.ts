import fc from 'fast-check';
import { maxNumberBytes, writeNumber } from '../../../consumer/pipeline/write-number';

/** Written at a place that is not the first, into memory that holds something. */
function numberText(value: number): string {
  const bytes = new Uint8Array(5 + maxNumberBytes).fill(0x39);
  const end = writeNumber(bytes, 5, value);
  return Buffer.from(bytes.subarray(5, end)).toString();
}

describe('writeNumber', () => {
  test.each([
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    12.25,
    0.0001,
    0.00001,
    99999.9999,
    2 ** 30,
    2 ** 30 - 0.5,
    1e21,
    5e-324,
    0.1 + 0.2,
    -1.7976931348623157e308,
    -2.2250738585072014e-308,
  ])('writes %p as String does', (value) => expect(numberText(value)).toBe(String(value)));

  test('writes every finite number as String does', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => numberText(value) === String(value)),
      { numRuns: 2000 },
    );
  });

  test('writes numbers of few decimals as String does', () => {
    const value = fc.tuple(fc.integer({ min: -2e13, max: 2e13 }), fc.integer({ min: 0, max: 6 })).map(([n, d]) => n / 10 ** d);
    fc.assert(
      fc.property(value, (each) => numberText(each) === String(each)),
      { numRuns: 5000 },
    );
  });
});
