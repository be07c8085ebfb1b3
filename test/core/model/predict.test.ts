import * as fc from 'fast-check';
import { blockRows, keyOf, missingKey, plantForest } from '../../../core/model/forest';
import { ModelFormatError } from '../../../core/model/model-format-error';
import { predict } from '../../../core/model/predict';
import type { XgboostModel } from '../../../core/model/xgboost-model';
import { cells, drawnTrees, filed, follow, numbers, type Drawn } from './forest-cases';

const model = (trees: readonly Drawn[], features: number, more: Partial<XgboostModel> = {}): XgboostModel => ({
  version: [3, 2, 0],
  objective: 'reg:squarederror',
  baseMargin: 0.5,
  rounds: trees.length,
  attributes: {},
  forest: plantForest(trees.map(filed), features),
  ...more,
});

describe('predictions', () => {
  test('are the sum of the leaves that each row falls into, in single precision, whatever the values are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((features) =>
          fc.record({
            trees: fc.array(drawnTrees(features), { maxLength: 6 }),
            columns: fc
              .integer({ min: 0, max: 9 })
              .chain((rows) =>
                fc.array(fc.array(cells, { minLength: rows, maxLength: rows }), { minLength: features, maxLength: features }),
              ),
          }),
        ),
        ({ columns: lists, trees }) => {
          const columns = lists.map((list, index) => (index % 2 === 0 ? Float64Array.from(list) : Float32Array.from(list)));
          const rows = columns[0]?.length ?? 0;
          const expected = Array.from({ length: rows }, (_, row) =>
            trees.reduce((margin, tree) => Math.fround(margin + follow(tree, columns, row)), 0.5),
          );
          expect([...predict(model(trees, columns.length), columns, rows)]).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  const stump: Drawn = { feature: 0, threshold: 2, missingLeft: true, left: { leaf: 1 }, right: { leaf: -1 } };

  test.each([0, 1, 3, 4, 5, blockRows - 1, blockRows, blockRows + 1, 3 * blockRows + 2])(
    'are made for each of %i rows',
    (rows) => {
      const column = Float64Array.from({ length: rows + 3 }, (_, row) => row % 4);
      const expected = Array.from({ length: rows }, (_, row) => (row % 4 < 2 ? 1.5 : -0.5));
      expect([...predict(model([stump], 1), [column], rows)]).toEqual(expected);
    },
  );

  test('by no tree are the base score', () => {
    expect([...predict(model([], 2), [new Float64Array(2), new Float64Array(2)], 2)]).toEqual([0.5, 0.5]);
  });

  test('round a value before it is compared', () => {
    const justBelow = 2 - 2 ** -40;
    expect([...predict(model([stump], 1), [Float64Array.of(justBelow, 2 - 2 ** -22)], 2)]).toEqual([-0.5, 1.5]);
  });

  test('go down a tree of any depth', () => {
    let chain: Drawn = { leaf: 7 };
    for (let step = 3000; step > 0; step -= 1) {
      chain = { feature: 0, threshold: step, missingLeft: false, left: { leaf: step }, right: chain };
    }
    expect([...predict(model([chain], 1), [Float64Array.of(0, 1, 2999, 5000, NaN)], 5)]).toEqual([1.5, 2.5, 3000.5, 7.5, 7.5]);
  });

  test('need a column for each feature, and a value in each for each row', () => {
    expect(() => predict(model([stump], 1), [], 1)).toThrow('the model takes 1 features, and 0 columns were given');
    expect(() => predict(model([stump], 2), [new Float64Array(2), new Float32Array(1)], 2)).toThrow(
      'column 1 has 1 values for 2 rows',
    );
  });
});

describe('keys', () => {
  const key = (value: number): number => keyOf(new Int32Array(Float32Array.of(value).buffer)[0] ?? 0);

  test('are in the order of the singles', () => {
    fc.assert(
      fc.property(numbers.map(Math.fround), numbers.map(Math.fround), (a, b) => {
        expect(key(a) < key(b)).toBe(a < b);
        expect(key(a) === key(b)).toBe(a === b);
        expect(key(a)).toBeGreaterThan(missingKey + 1);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('nodes that are no tree are refused', () => {
  const tree = filed({ feature: 0, threshold: 1, missingLeft: true, left: { leaf: 1 }, right: { leaf: 2 } });
  test.each([
    ['no nodes', { left: new Int32Array() }],
    ['child 0 has two parents', { left: Int32Array.of(0, -1, -1) }],
    ['child 1 has two parents', { right: Int32Array.of(1, -1, -1) }],
    ['child 3 does not exist', { right: Int32Array.of(3, -1, -1) }],
    ['child -2 does not exist', { left: Int32Array.of(-2, -1, -1) }],
    ['child -1 does not exist', { right: Int32Array.of(-1, -1, -1) }],
    ['feature 1 of 1', { feature: Int32Array.of(1, 0, 0) }],
    ['feature -1 of 1', { feature: Int32Array.of(-1, 0, 0) }],
    ['a leaf of NaN', { value: Float32Array.of(1, NaN, 2) }],
    ['a leaf of Infinity', { value: Float32Array.of(1, 1, Infinity) }],
    ['a threshold that is no number', { value: Float32Array.of(NaN, 1, 2) }],
  ])('%s', (message, change) => {
    const plant = (): unknown => plantForest([{ ...tree, ...change }], 1);
    expect(plant).toThrow(ModelFormatError);
    expect(plant).toThrow(message);
  });
});
