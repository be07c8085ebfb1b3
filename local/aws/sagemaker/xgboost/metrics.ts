import { logLoss } from '../../../../core/evaluation/log-loss';
import { auc, forEachThreshold, rank, type Ranking } from '../../../../core/evaluation/ranking';
import { mae, mean, rmse } from '../../../../core/evaluation/regression';

/**
 * The evaluation metrics, by XGBoost's definitions, all instances of equal weight.
 * @see https://xgboost.readthedocs.io/en/stable/parameter.html#learning-task-parameters
 */

/** A metric over predictions (probabilities for a logistic objective) and labels. */
export type Metric = (predictions: ArrayLike<number>, labels: ArrayLike<number>) => number;

const simple: Readonly<Record<string, Metric>> = {
  rmse,
  mae,
  logloss: logLoss,
  auc: (predictions, labels) => auc(rank(predictions, labels)),
  aucpr: (predictions, labels) => precisionRecallArea(rank(predictions, labels)),
};

/** The names that `metric` understands. */
export const metricNames = [...Object.keys(simple), 'error'] as readonly string[];

/** Metrics that are better when larger; all others are better when smaller. */
export const maximized: ReadonlySet<string> = new Set(['auc', 'aucpr']);

/** The metric of that name; `error@t` counts a prediction above t as positive. Undefined for a name that is not understood. */
export function metric(name: string): Metric | undefined {
  const [base = '', threshold = '0.5'] = name.split('@');
  if (base === 'error' && threshold.trim() !== '' && Number.isFinite(Number(threshold))) {
    return (predictions, labels) => mean(predictions, labels, (p, y) => (p > Number(threshold) ? 1 - y : y));
  }
  return Object.hasOwn(simple, name) ? simple[name] : undefined;
}

/**
 * The area under the curve of precision over recall by Davis and Goadrich's interpolation: between two thresholds false positives grow
 * linearly with true ones. NaN without both classes.
 */
function precisionRecallArea(ranking: Ranking): number {
  const positives = ranking.positives.length;
  if (positives === 0 || ranking.negatives.length === 0) {
    return Number.NaN;
  }
  let [tpBefore, fpBefore, sum] = [0, 0, 0];
  forEachThreshold(ranking, (tp, fp) => {
    if (tp !== tpBefore) {
      const slope = (fp - fpBefore) / (tp - tpBefore);
      const scale = 1 + slope;
      const offset = (fpBefore - slope * tpBefore) / positives;
      const recall = tp / positives;
      const recallBefore = tpBefore / positives;
      const correction =
        offset === 0 ? 0 : (offset / scale) * Math.log((scale * recall + offset) / (scale * recallBefore + offset));
      sum += (recall - recallBefore - correction) / scale;
    }
    [tpBefore, fpBefore] = [tp, fp];
  });
  return sum;
}
