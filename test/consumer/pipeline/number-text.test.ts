import fc from 'fast-check';
import { numberText } from '../../../consumer/pipeline/number-text';

describe('numberText', () => {
  test.each([0, -0, 1, -1, 0.5, -0.5, 12.25, 0.0001, 0.00001, 99999.9999, 2 ** 30, 2 ** 30 - 0.5, 1e21, 5e-324, 0.1 + 0.2])(
    'writes %p as String does',
    (value) => expect(numberText(value)).toBe(String(value)),
  );

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
