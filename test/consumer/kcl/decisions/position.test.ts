import fc from 'fast-check';
import {
  AT_TIMESTAMP,
  comparePositions,
  LATEST,
  SHARD_END,
  TRIM_HORIZON,
  type Position,
} from '../../../../consumer/kcl/decisions/position';

const number = fc
  .tuple(fc.bigInt({ min: 0n, max: (1n << 129n) - 1n }), fc.nat(1000))
  .map(([n, subSequenceNumber]): Position => ({ sequenceNumber: String(n), subSequenceNumber }));
const word = fc.constantFrom(TRIM_HORIZON, LATEST, AT_TIMESTAMP);
const position = fc.oneof(number, word, fc.constant(SHARD_END));

describe('order of checkpoints', () => {
  it('puts SHARD_END above and the words for a start below every number', () => {
    fc.assert(
      fc.property(number, word, (n, start) => {
        expect(comparePositions(SHARD_END, n)).toBeGreaterThan(0);
        expect(comparePositions(start, n)).toBeLessThan(0);
        expect(comparePositions(start, SHARD_END)).toBeLessThan(0);
      }),
    );
  });

  it('compares numbers as big integers, then their index inside the aggregate', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [left, right] = [BigInt(a.sequenceNumber), BigInt(b.sequenceNumber)];
        const expected = left < right ? -1 : left > right ? 1 : Math.sign(a.subSequenceNumber - b.subSequenceNumber);
        expect(Math.sign(comparePositions(a, b))).toBe(expected);
      }),
    );
  });

  it('does not mind leading zeros', () => {
    const at = (sequenceNumber: string): Position => ({ sequenceNumber, subSequenceNumber: 0 });
    expect(comparePositions(at('0010'), at('9'))).toBeGreaterThan(0);
    expect(comparePositions(at('010'), at('10'))).toBe(0);
  });

  it('is a total order', () => {
    fc.assert(
      fc.property(position, position, position, (a, b, c) => {
        expect(Math.sign(comparePositions(a, b)) + Math.sign(comparePositions(b, a))).toBe(0);
        if (comparePositions(a, b) <= 0 && comparePositions(b, c) <= 0) {
          expect(comparePositions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});
