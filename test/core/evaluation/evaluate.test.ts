import * as fc from 'fast-check';
import { flagWithinBudget } from '../../../core/evaluation/budget';
import { evaluate } from '../../../core/evaluation/evaluate';
import { binaryFigures, evaluationDefaults, higherIsBetter, regressionFigures } from '../../../core/evaluation/evaluation';
import { rank } from '../../../core/evaluation/ranking';

/** Rows as a table: score and label. */
const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 40 });
const scoresOf = (rows: readonly (readonly [number, number])[]): number[] => rows.map(([score]) => score / 8);
const labelsOf = (rows: readonly (readonly [number, number])[]): number[] => rows.map(([, label]) => label);

describe('figures', () => {
  /*
   * As scikit-learn 1.9.0 computes them:
   *
   *   i = np.arange(1, 201)
   *   score = np.round(((i * 37) % 101) / 101, 2)
   *   label = ((i * 53) % 97 < 20 + 30 * score).astype(int)
   *   value = np.sin(i) * 10
   *   guess = value + np.cos(3 * i)
   *   roc_auc_score(label, score), average_precision_score(label, score), log_loss(label, 0.001 + 0.998 * score)
   *   root_mean_squared_error(value, guess), mean_absolute_error(value, guess)
   */
  const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
  const score = numbers.map((i) => Math.round((((i * 37) % 101) / 101) * 100) / 100);
  const label = numbers.map((i, row) => Number((i * 53) % 97 < 20 + 30 * (score[row] ?? 0)));
  const value = numbers.map((i) => Math.sin(i) * 10);
  const guess = numbers.map((i, row) => (value[row] ?? 0) + Math.cos(3 * i));

  test('of classes are those of scikit-learn', () => {
    const { auc, averagePrecision, positives, rows } = evaluate('binary', score, label);
    expect({ positives, rows }).toEqual({ positives: 69, rows: 200 });
    expect(auc).toBeCloseTo(0.5520522181657265, 14);
    expect(averagePrecision).toBeCloseTo(0.405105339491106, 14);
    const probabilities = score.map((each) => 0.001 + 0.998 * each);
    expect(evaluate('binary', probabilities, label).logLoss).toBeCloseTo(0.9273424722289058, 13);
  });

  test('of numbers are those of scikit-learn', () => {
    const { mae, rmse } = evaluate('regression', guess, value);
    expect(rmse).toBeCloseTo(0.7076505074379995, 13);
    expect(mae).toBeCloseTo(0.6372361516489525, 13);
  });

  test('are right in a case that a person can follow', () => {
    // From the top: 1, 0 and 1 with equal scores, 0, 1.
    const figures = evaluate('binary', [0.9, 0.7, 0.7, 0.4, 0.1], [1, 0, 1, 0, 1], { budget: 0.4 });
    expect(figures).toMatchObject({ rows: 5, positives: 3, budget: 0.4, flagged: 2, notDefined: {} });
    // Of 6 pairs 3 are in order and 1 is even.
    expect(figures.auc).toBeCloseTo(3.5 / 6, 15);
    expect(figures.averagePrecision).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 15);
    // One place is left for two rows of equal score, of which one is positive.
    expect(figures.recallAtBudget).toBeCloseTo(1.5 / 3, 15);
    expect(figures.precisionAtBudget).toBeCloseTo(1.5 / 2, 15);
  });

  test('do not change with the order of rows, nor with what keeps the order of scores', () => {
    fc.assert(
      fc.property(
        scored.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ([rows, shuffled], budget) => {
          const figures = evaluate('binary', scoresOf(rows), labelsOf(rows), { budget });
          const { logLoss, ...others } = figures;
          const { logLoss: again, ...same } = evaluate('binary', scoresOf(shuffled), labelsOf(shuffled), { budget });
          expect(same).toEqual(others);
          expect(again).toBeCloseTo(logLoss ?? NaN, 12);
          const raised = scoresOf(rows).map((each) => Math.exp(each) - 5);
          expect(evaluate('binary', raised, labelsOf(rows), { budget })).toEqual({
            ...others,
            notDefined: { ...others.notDefined, logLoss: 'not_a_probability' },
          });
        },
      ),
    );
  });

  test('have the chance that a positive is above a negative as auc', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const pairs = rows.flatMap(([p, positive]) =>
          positive === 1 ? rows.flatMap(([n, negative]) => (negative === 0 ? [(Math.sign(p - n) + 1) / 2] : [])) : [],
        );
        const { auc, notDefined } = evaluate('binary', scoresOf(rows), labelsOf(rows));
        if (pairs.length === 0) {
          expect([auc, notDefined.auc]).toEqual([undefined, 'one_class']);
        } else {
          expect(auc).toBeCloseTo(pairs.reduce((sum, each) => sum + each, 0) / pairs.length, 12);
        }
      }),
    );
  });

  test('are within their bounds, and finite or not defined with a reason, for any numbers at all', () => {
    const anything = fc.array(fc.tuple(fc.double(), fc.oneof(fc.double(), fc.constantFrom(0, 1))), { maxLength: 20 });
    fc.assert(
      fc.property(fc.oneof(scored, anything), fc.constantFrom('regression', 'binary'), (rows, kind) => {
        const figures = evaluate(kind, scoresOf(rows), labelsOf(rows), { budget: 0.25 });
        const names = kind === 'binary' ? binaryFigures : regressionFigures;
        const reasons: Readonly<Record<string, string | undefined>> = figures.notDefined;
        for (const name of names) {
          const figure = new Map<string, unknown>(Object.entries(figures)).get(name);
          expect(figure === undefined).toBe(reasons[name] !== undefined);
          if (figure !== undefined) {
            expect(figure).toBeGreaterThanOrEqual(0);
            expect(figure).toBeLessThanOrEqual(kind === 'regression' ? Number.MAX_VALUE : name === 'logLoss' ? 37 : 1);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, readonly number[], readonly number[], object]>([
    ['no rows', [], [], { auc: 'no_rows', logLoss: 'no_rows', precisionAtBudget: 'no_rows' }],
    ['a missing score', [0.5, NaN], [0, 1], { auc: 'not_a_number', logLoss: 'not_a_number' }],
    ['a missing label', [0.5, 0.6], [0, NaN], { auc: 'not_a_number' }],
    ['another label', [0.5, 0.6], [0, 2], { auc: 'not_a_class', logLoss: 'not_a_class' }],
    ['no positives', [0.5, 0.6], [0, 0], { auc: 'one_class', averagePrecision: 'no_positives', recallAtBudget: 'no_positives' }],
    ['only positives', [0.5, 0.6], [1, 1], { auc: 'one_class' }],
    ['a budget of no row', [0.5, 0.6], [1, 0], { precisionAtBudget: 'budget_below_one_row' }],
  ])('of %s are left out, with the reason', (_, scores, labels, reasons) => {
    expect(evaluate('binary', scores, labels, { budget: 0.3 })).toMatchObject({ notDefined: reasons });
  });

  test.each([
    [[], [], 'no_rows'],
    [[1, NaN], [1, 1], 'not_a_number'],
    [[1, 1], [Infinity, 1], 'not_a_number'],
    [[1e200], [-1e200], 'too_large'],
  ])('of the numbers %j for %j are left out: %s', (predictions, labels, reason) => {
    expect(evaluate('regression', predictions, labels)).toEqual({
      kind: 'regression',
      rows: labels.length,
      notDefined: { rmse: reason, mae: reason },
    });
  });

  test('need as many labels as predictions, and a budget that is a share', () => {
    expect(() => evaluate('regression', [1], [])).toThrow('1 predictions for 0 labels');
    expect(() => evaluate('binary', [], [], { budget: 3 })).toThrow('a budget of 3');
    expect(() => evaluate('binary', [], [], { budget: NaN })).toThrow(RangeError);
  });

  test('have the defaults that are documented, and say which of two is better', () => {
    expect(evaluationDefaults).toEqual({ budget: 0.01 });
    expect(Object.keys(higherIsBetter)).toEqual([...regressionFigures, ...binaryFigures]);
  });
});

describe('a budget', () => {
  test('flags whole rows, and all that it allows', () => {
    const rows = (count: number) => rank(new Float64Array(count), new Float64Array(count));
    expect([0, 0.29, 0.999, 1].map((share) => flagWithinBudget(rows(100), share).flagged)).toEqual([0, 29, 99, 100]);
    expect(flagWithinBudget(rows(3), 0.5).flagged).toBe(1);
  });

  test('finds what drawing lots among equal scores finds on average', () => {
    fc.assert(
      fc.property(scored, fc.double({ min: 0, max: 1, noNaN: true }), (rows, share) => {
        const { flagged, found } = flagWithinBudget(rank(scoresOf(rows), labelsOf(rows)), share);
        const sorted = [...rows].sort(([a], [b]) => b - a);
        const edge = sorted[flagged - 1]?.[0];
        const above = sorted.filter(([score]) => edge !== undefined && score > edge);
        const even = sorted.filter(([score]) => score === edge);
        const positives = (some: typeof rows): number => some.filter(([, label]) => label === 1).length;
        const expected = positives(above) + (positives(even) * (flagged - above.length)) / Math.max(1, even.length);
        expect(found).toBeCloseTo(flagged === 0 ? 0 : expected, 12);
      }),
    );
  });
});
