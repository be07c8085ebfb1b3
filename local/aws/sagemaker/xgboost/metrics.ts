/**
 * The evaluation metrics, by XGBoost's definitions, all instances of equal weight.
 * @see https://xgboost.readthedocs.io/en/stable/parameter.html#learning-task-parameters
 */

/** A metric over predictions (probabilities for a logistic objective) and labels. */
export type Metric = (predictions: ArrayLike<number>, labels: ArrayLike<number>) => number;

const simple: Readonly<Record<string, Metric>> = {
  rmse: (predictions, labels) => Math.sqrt(mean(predictions, labels, (p, y) => (p - y) ** 2)),
  mae: (predictions, labels) => mean(predictions, labels, (p, y) => Math.abs(p - y)),
  logloss: (predictions, labels) => mean(predictions, labels, (p, y) => -y * logOf(p) - (1 - y) * logOf(1 - p)),
  auc: (predictions, labels) => overThresholds(predictions, labels, rocArea),
  aucpr: (predictions, labels) => overThresholds(predictions, labels, precisionRecallArea),
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

function mean(predictions: ArrayLike<number>, labels: ArrayLike<number>, loss: (p: number, y: number) => number): number {
  let sum = 0;
  for (let index = 0; index < labels.length; index++) {
    sum += loss(predictions[index] as number, labels[index] as number);
  }
  return sum / labels.length;
}

function logOf(probability: number): number {
  return Math.log(Math.max(probability, 1e-16));
}

/** Area gained between two thresholds: false and true positives before, and after. */
type Area = (fpBefore: number, fp: number, tpBefore: number, tp: number, positives: number, negatives: number) => number;

const rocArea: Area = (fpBefore, fp, tpBefore, tp, positives, negatives) =>
  ((fp - fpBefore) * (tp + tpBefore)) / 2 / (positives * negatives);

/** Davis and Goadrich's interpolation: between two thresholds false positives grow linearly with true ones. */
const precisionRecallArea: Area = (fpBefore, fp, tpBefore, tp, positives) => {
  if (tp === tpBefore) {
    return 0;
  }
  const slope = (fp - fpBefore) / (tp - tpBefore);
  const scale = 1 + slope;
  const offset = (fpBefore - slope * tpBefore) / positives;
  const recall = tp / positives;
  const recallBefore = tpBefore / positives;
  const correction = offset === 0 ? 0 : (offset / scale) * Math.log((scale * recall + offset) / (scale * recallBefore + offset));
  return (recall - recallBefore - correction) / scale;
};

/**
 * Sums `area` from the highest prediction down, equal predictions together. NaN without both classes. Labels are 0
 * or 1, predictions are probabilities: the bits of a single that is not negative order like the single.
 *
 * Prediction and label are packed into one number whose order is the prediction's, because a typed array sorts numbers natively:
 * 150,000 rows take 12 ms, against 90 ms by a comparison function.
 */
function overThresholds(predictions: ArrayLike<number>, labels: ArrayLike<number>, area: Area): number {
  const bits = new Int32Array(Float32Array.from(predictions).buffer);
  const keys = new Float64Array(labels.length);
  let positives = 0;
  for (let index = 0; index < labels.length; index++) {
    positives += labels[index] as number;
    keys[index] = (bits[index] as number) * 2 + (labels[index] as number);
  }
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) {
    return Number.NaN;
  }
  keys.sort();
  let [fp, tp, fpBefore, tpBefore, sum] = [0, 0, 0, 0, 0];
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index] as number;
    const label = key % 2;
    tp += label;
    fp += 1 - label;
    const isLastOfEqual = index === 0 || Math.floor(key / 2) !== Math.floor((keys[index - 1] as number) / 2);
    if (isLastOfEqual) {
      sum += area(fpBefore, fp, tpBefore, tp, positives, negatives);
      [fpBefore, tpBefore] = [fp, tp];
    }
  }
  return sum;
}
