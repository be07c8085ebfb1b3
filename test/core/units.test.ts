import * as fc from 'fast-check';
import { canonicalUnit, isUnit, toCanonical, units } from '../../core/units';

describe('units', () => {
  test.each([
    [212, 'degF', 100, 'degC'],
    [-40, 'degF', -40, 'degC'],
    [273.15, 'K', 0, 'degC'],
    // Standard day at the fan inlet of C-MAPSS: 518.67 °R are 59 °F.
    [518.67, 'degR', 15, 'degC'],
    [1, 'bar', 100, 'kPa'],
    [14.5038, 'psi', 100, 'kPa'],
    [0.25, 'fraction', 25, 'percent'],
    [1, 'in/s', 25.4, 'mm/s'],
    [50, 'Hz', 3000, 'rpm'],
    [1500, 'W', 1.5, 'kW'],
    [1, 'hp', 0.7457, 'kW'],
    [2, 'min', 120, 's'],
    [1.5, 'h', 5400, 's'],
  ] as const)('%d %s is %d %s', (value, unit, expected, canonical) => {
    expect(canonicalUnit(unit)).toBe(canonical);
    expect(toCanonical(value, unit)).toBeCloseTo(expected, 3);
  });

  test('a canonical unit is its own, and its values stay as they are', () => {
    for (const unit of units) {
      expect(canonicalUnit(canonicalUnit(unit))).toBe(canonicalUnit(unit));
    }
    fc.assert(
      fc.property(fc.constantFrom(...units.map(canonicalUnit)), fc.double({ noNaN: true }), (unit, value) => {
        // Minus zero becomes zero, which is equal.
        expect(toCanonical(value, unit) === value).toBe(true);
      }),
    );
  });

  test('only names that are listed are units: not those that every object has, nor another spelling', () => {
    expect(units.every(isUnit)).toBe(true);
    expect(['toString', '__proto__', 'DEGC', ''].filter(isUnit)).toEqual([]);
  });
});
