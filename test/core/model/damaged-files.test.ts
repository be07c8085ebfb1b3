import * as fc from 'fast-check';
import { ModelFormatError } from '../../../core/model/model-format-error';
import { parseModel } from '../../../core/model/parse-model';
import { predict } from '../../../core/model/predict';
import { fixtureBytes, fixtures } from './fixtures';

/** A change to a file: bytes at a place replaced, left out or put in, or the end cut off. */
const damages = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  leftOut: fc.integer({ min: 0, max: 12 }),
  putIn: fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    // What a file is made of, so that more than the beginning is reached.
    fc
      .constantFrom('{', '[', '[#L', '[$l#L', ']', '}', 'L\x7f\xff', 'i\xff', 'NaN', '-1', '9e99')
      .map((text) => Buffer.from(text, 'latin1')),
  ),
  isCut: fc.boolean(),
});

type Damage = typeof damages extends fc.Arbitrary<infer Each> ? Each : never;

function damaged(bytes: Uint8Array, { at, isCut, leftOut, putIn }: Damage): Uint8Array {
  const start = Math.floor(at * bytes.length);
  return new Uint8Array(
    Buffer.concat([bytes.subarray(0, start), putIn, isCut ? Buffer.alloc(0) : bytes.subarray(start + leftOut)]),
  );
}

describe('a damaged file', () => {
  test.each(['ubj', 'json'])('is refused or is a model that predicts, and nothing else (%s)', (extension) => {
    const files = fixtures.map(({ columns, name }) => ({ columns, bytes: fixtureBytes(`${name}.${extension}`) }));
    let read = 0;
    fc.assert(
      fc.property(fc.nat(files.length - 1), fc.array(damages, { minLength: 1, maxLength: 3 }), (file, changes) => {
        const { bytes, columns } = files[file] ?? { bytes: new Uint8Array(), columns: [] };
        try {
          const model = parseModel(changes.reduce(damaged, bytes));
          read += 1;
          // The number of features may be what was damaged.
          if (model.forest.features <= columns.length) {
            expect(predict(model, columns.slice(0, model.forest.features), 10)).toHaveLength(10);
          }
        } catch (error: unknown) {
          expect(error).toBeInstanceOf(ModelFormatError);
        }
      }),
      { numRuns: 2000 },
    );
    // Changes to a threshold or a name leave a model.
    expect(read).toBeGreaterThan(0);
  });

  test('of any bytes is refused', () => {
    fc.assert(
      fc.property(fc.constantFrom([], [0x7b], [0x7b, 0x4c]), fc.uint8Array({ maxLength: 200 }), (beginning, bytes) => {
        expect(() => parseModel(Uint8Array.from([...beginning, ...bytes]))).toThrow(ModelFormatError);
      }),
      { numRuns: 1000 },
    );
  });
});
