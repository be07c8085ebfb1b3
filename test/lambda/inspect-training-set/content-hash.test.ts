import fc from 'fast-check';
import { ContentHash, RowHashes } from '../../../lambda/inspect-training-set/content-hash';

type Row = readonly number[];

/** The hash of rows that lie in files and row groups as they are given. */
function hashOf(groups: readonly (readonly Row[])[], split = 'train'): string {
  const hash = new ContentHash();
  for (const rows of groups) {
    const hashes = new RowHashes(split, rows.length);
    for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
      hashes.add(Float64Array.from(rows, (row) => row[column] ?? Number.NaN));
    }
    hash.add(hashes);
  }
  return hash.text;
}

const row = fc.array(fc.double(), { minLength: 3, maxLength: 3 });
const rows = fc.array(row, { minLength: 1, maxLength: 20 });

describe('the hash of the rows of a training set', () => {
  test('does not depend on their order, nor on how they lie in files', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
        (all, perGroup, keys) => {
          const shuffled = all
            .map((each, index) => ({ each, key: keys[index] ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ each }) => each);
          const groups = Array.from({ length: Math.ceil(all.length / perGroup) }, (_, index) =>
            shuffled.slice(index * perGroup, (index + 1) * perGroup),
          );
          expect(hashOf(groups)).toBe(hashOf([all]));
        },
      ),
    );
  });

  test('depends on every value, on the columns that they stand in, on how often a row is there, and on the split', () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.nat(), fc.double(), (all, which, where, value) => {
        const at = which % all.length;
        const column = where % 3;
        const before = all[at]?.[column] ?? Number.NaN;
        const changed = all.map((each, index) =>
          index === at ? each.map((cell, position) => (position === column ? value : cell)) : each,
        );
        expect(hashOf([changed]) === hashOf([all])).toBe(Object.is(value, before));
        const [first = [], ...others] = all;
        const turned = [[...first].reverse(), ...others];
        expect(hashOf([turned]) === hashOf([all])).toBe(Object.is(first[0], first[2]));
        expect(hashOf([[...all, first]])).not.toBe(hashOf([all]));
        expect(hashOf([all], 'validation')).not.toBe(hashOf([all]));
      }),
    );
  });

  test('takes any NaN for the same', () => {
    const other = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer);
    const hashes = new RowHashes('train', 1);
    hashes.add(other);
    const hash = new ContentHash();
    hash.add(hashes);
    expect(hash.text).toBe(hashOf([[[Number.NaN]]]));
  });

  test('is the sum of the hashes of its rows, modulo 2^64', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const sum = all.reduce((total, each) => total + BigInt(`0x${hashOf([[each]]).slice(0, 16)}`), 0n);
        expect(hashOf([all])).toBe(`${BigInt.asUintN(64, sum).toString(16).padStart(16, '0')}-${all.length}`);
      }),
    );
  });

  // Kept with models, and compared years later: it must not change.
  test('is what it was', () => {
    expect(
      hashOf([
        [
          [0, 1.5, Number.NaN],
          [1, -2.25, 1e300],
        ],
      ]),
    ).toMatchInlineSnapshot(`"c044dad4d02164d0-2"`);
  });
});
