import { flagWithinBudget } from './budget';
import {
  binaryFigures,
  evaluationDefaults,
  regressionFigures,
  type BinaryEvaluation,
  type BinaryFigure,
  type Evaluation,
  type EvaluationOptions,
  type NotDefined,
  type RegressionEvaluation,
} from './evaluation';
import { logLoss } from './log-loss';
import { auc, averagePrecision, rank } from './ranking';
import { mae, rmse } from './regression';

type Numbers = ArrayLike<number>;

/**
 * Says how good predictions are on rows whose labels are known. Whatever the rows are, each figure is a finite number or is left out with
 * the reason, never NaN.
 *
 * @param kind what is predicted: a number, or which of two classes (labels 0 and 1)
 * @param predictions numbers in the unit of the label; for classes scores that are higher for what is likelier 1, which have to be
 *   probabilities for `logLoss` alone
 * @throws RangeError when there are not as many predictions as labels, or the budget is not from 0 to 1
 */
export function evaluate(kind: 'regression', predictions: Numbers, labels: Numbers): RegressionEvaluation;
export function evaluate(kind: 'binary', predictions: Numbers, labels: Numbers, options?: EvaluationOptions): BinaryEvaluation;
export function evaluate(
  kind: Evaluation['kind'],
  predictions: Numbers,
  labels: Numbers,
  options?: EvaluationOptions,
): Evaluation;
export function evaluate(
  kind: Evaluation['kind'],
  predictions: Numbers,
  labels: Numbers,
  { budget = evaluationDefaults.budget }: EvaluationOptions = {},
): Evaluation {
  if (predictions.length !== labels.length) {
    throw new RangeError(`${predictions.length} predictions for ${labels.length} labels`);
  }
  if (!(budget >= 0 && budget <= 1)) {
    throw new RangeError(`a budget of ${budget}: it is a share of the rows, from 0 to 1`);
  }
  return kind === 'regression' ? evaluateNumbers(predictions, labels) : evaluateClasses(predictions, labels, budget);
}

function evaluateNumbers(predictions: Numbers, labels: Numbers): RegressionEvaluation {
  const rows = labels.length;
  const figures = { rmse: rmse(predictions, labels), mae: mae(predictions, labels) };
  const reason = reasonAgainst(predictions, labels) ?? (Object.values(figures).every(Number.isFinite) ? undefined : 'too_large');
  return reason === undefined
    ? { kind: 'regression', rows, ...figures, notDefined: {} }
    : { kind: 'regression', rows, notDefined: forAll(regressionFigures, reason) };
}

function evaluateClasses(scores: Numbers, labels: Numbers, budget: number): BinaryEvaluation {
  const rows = labels.length;
  const reason = reasonAgainst(scores, labels) ?? (every(labels, isClass) ? undefined : 'not_a_class');
  const ranking = rank(scores, labels);
  const positives = ranking.positives.length;
  if (reason !== undefined) {
    return { kind: 'binary', rows, positives, budget, flagged: 0, notDefined: forAll(binaryFigures, reason) };
  }
  const { flagged, found } = flagWithinBudget(ranking, budget);
  const figures: Record<BinaryFigure, () => number> = {
    auc: () => auc(ranking),
    averagePrecision: () => averagePrecision(ranking),
    logLoss: () => logLoss(scores, labels),
    recallAtBudget: () => found / positives,
    precisionAtBudget: () => found / flagged,
  };
  const withoutPositives = positives === 0 ? 'no_positives' : undefined;
  const reasons: Record<BinaryFigure, NotDefined | undefined> = {
    auc: positives === 0 || positives === rows ? 'one_class' : undefined,
    averagePrecision: withoutPositives,
    logLoss: every(scores, isProbability) ? undefined : 'not_a_probability',
    recallAtBudget: withoutPositives,
    precisionAtBudget: flagged === 0 ? 'budget_below_one_row' : undefined,
  };
  return {
    kind: 'binary',
    rows,
    positives,
    budget,
    flagged,
    ...Object.fromEntries(binaryFigures.filter((name) => reasons[name] === undefined).map((name) => [name, figures[name]()])),
    notDefined: Object.fromEntries(Object.entries(reasons).filter(([, reason]) => reason !== undefined)),
  };
}

function reasonAgainst(predictions: Numbers, labels: Numbers): NotDefined | undefined {
  if (labels.length === 0) {
    return 'no_rows';
  }
  return every(predictions, Number.isFinite) && every(labels, Number.isFinite) ? undefined : 'not_a_number';
}

function forAll<Name extends string>(names: readonly Name[], reason: NotDefined): Partial<Record<Name, NotDefined>> {
  return Object.fromEntries(names.map((name) => [name, reason])) as Partial<Record<Name, NotDefined>>;
}

function every(numbers: Numbers, holds: (number: number) => boolean): boolean {
  for (let index = 0; index < numbers.length; index += 1) {
    if (!holds(numbers[index] as number)) {
      return false;
    }
  }
  return true;
}

const isClass = (label: number): boolean => label === 0 || label === 1;
const isProbability = (score: number): boolean => score >= 0 && score <= 1;
