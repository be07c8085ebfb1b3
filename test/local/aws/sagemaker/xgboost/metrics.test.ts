import fc from 'fast-check';
import { metric } from '../../../../../local/aws/sagemaker/xgboost/metrics';

const value = (name: string, predictions: readonly number[], labels: readonly number[]): number =>
  metric(name)?.(predictions, labels) ?? Number.NaN;

/** How often a positive is ranked above a negative; a tie is half. */
function bruteForceAuc(predictions: readonly number[], labels: readonly number[]): number {
  let [wins, pairs] = [0, 0];
  labels.forEach((positive, p) =>
    labels.forEach((negative, n) => {
      if (positive === 1 && negative === 0) {
        pairs++;
        const difference = Math.sign((predictions[p] ?? 0) - (predictions[n] ?? 0));
        wins += (difference + 1) / 2;
      }
    }),
  );
  return wins / pairs;
}

describe('metrics', () => {
  test('have the values that XGBoost gives', () => {
    const predictions = [0.9, 0.8, 0.4, 0.3, 0.1];
    const labels = [1, 0, 1, 0, 0];
    expect(value('rmse', predictions, labels)).toBeCloseTo(Math.sqrt((0.01 + 0.64 + 0.36 + 0.09 + 0.01) / 5), 12);
    expect(value('mae', predictions, labels)).toBeCloseTo((0.1 + 0.8 + 0.6 + 0.3 + 0.1) / 5, 12);
    expect(value('logloss', predictions, labels)).toBeCloseTo(
      -(Math.log(0.9) + Math.log(0.2) + Math.log(0.4) + Math.log(0.7) + Math.log(0.9)) / 5,
      12,
    );
    expect(value('error', predictions, labels)).toBeCloseTo(2 / 5, 12);
    expect(value('error@0.85', predictions, labels)).toBeCloseTo(1 / 5, 12);
    expect(value('auc', predictions, labels)).toBeCloseTo(5 / 6, 12);
    // Computed with XGBoost 3.2.
    expect(value('aucpr', predictions, labels)).toBeCloseTo(0.7972674, 6);
  });

  test('auc is the chance that a positive is ranked above a negative', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(0, 1)), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(rows, (given) => {
        const predictions = given.map(([prediction]) => prediction / 8);
        const labels = given.map(([, label]) => label);
        fc.pre(new Set(labels).size === 2);
        expect(value('auc', predictions, labels)).toBeCloseTo(bruteForceAuc(predictions, labels), 9);
        expect(value('aucpr', labels, labels)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('auc and aucpr of one class alone are no number', () => {
    expect(value('auc', [0.1, 0.2], [1, 1])).toBeNaN();
    expect(value('aucpr', [0.1, 0.2], [0, 0])).toBeNaN();
  });

  test('other names are not understood', () => {
    expect(['mape', 'error@', 'error@x', 'toString', ''].map(metric)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
