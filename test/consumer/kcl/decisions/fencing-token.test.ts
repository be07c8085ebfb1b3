import * as fc from 'fast-check';
import { nextFencingToken, tokensPerCounter } from '../../../../consumer/kcl/decisions/fencing-token';

describe('the fencing token', () => {
  it('rises from processor to processor while the counter stands still', () => {
    const first = nextFencingToken(7, undefined);
    expect(nextFencingToken(7, first)).toBe(first + 1);
  });

  it('of a later owner is higher than all of an earlier one, and stays a whole number that is exact', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1000), fc.nat(1e6), (counter, processors, raised) => {
        let token = nextFencingToken(counter, undefined);
        for (let made = 0; made < processors; made += 1) {
          token = nextFencingToken(counter, token);
        }
        const later = nextFencingToken(counter + 1 + raised, undefined);
        expect(later).toBeGreaterThan(token);
        expect(Number.isSafeInteger(later)).toBe(true);
        // One can tell the counter from it.
        expect(Math.floor(token / tokensPerCounter)).toBe(counter);
      }),
    );
  });
});
