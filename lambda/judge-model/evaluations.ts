import { evaluate } from '../../core/evaluation/evaluate';
import type { Evaluation, NotDefined } from '../../core/evaluation/evaluation';
import type { ModelKind, PrimaryMetric } from './primary-metric';
import { contestants, type Contestant, type Scores } from './scores';
import type { Score } from './verdict';

/** How good each contestant is on the same rows; the model in use only where it can be compared. */
export type Evaluations = Readonly<Partial<Record<Contestant, Evaluation>>>;

/** Evaluates all contestants. @param alertBudget the share of rows that may be flagged. @default - that of `evaluate` */
export function evaluations(kind: ModelKind, { labels, predictions }: Scores, alertBudget?: number): Evaluations {
  const options = alertBudget === undefined ? {} : { budget: alertBudget };
  const evaluated: Partial<Record<Contestant, Evaluation>> = {};
  for (const contestant of contestants) {
    const predicted = predictions[contestant];
    if (predicted !== undefined) {
      evaluated[contestant] = evaluate(kind, predicted, labels, options);
    }
  }
  return evaluated;
}

const reasons: Readonly<Record<NotDefined, string>> = {
  no_rows: 'there are no rows',
  not_a_number: 'a prediction or a label is missing or infinite',
  not_a_class: 'a label is neither 0 nor 1',
  not_a_probability: 'a prediction is no probability',
  one_class: 'all rows are of one class',
  no_positives: 'no row is positive',
  too_large: 'the errors are too large for a number',
  budget_below_one_row: 'the alert budget is less than a row',
};

/** The value of the metric that decides, or why there is none. */
export function scoreOf({ key }: PrimaryMetric, evaluation: Evaluation | undefined): Score {
  if (evaluation === undefined) {
    return { why: reasons.no_rows };
  }
  const value = figureOf(evaluation, key);
  const notDefined: Readonly<Partial<Record<string, NotDefined>>> = evaluation.notDefined;
  return value === undefined ? { why: reasons[notDefined[key] ?? 'no_rows'] } : { value };
}

function figureOf(evaluation: Evaluation, key: PrimaryMetric['key']): number | undefined {
  return figuresOf(evaluation).find(([name]) => name === key)?.[1];
}

/** Figures by name, those that are defined. */
export function figuresOf(evaluation: Evaluation): readonly (readonly [name: string, value: number])[] {
  const figures: Readonly<Partial<Record<string, number>>> =
    evaluation.kind === 'regression'
      ? { rmse: evaluation.rmse, mae: evaluation.mae }
      : {
          averagePrecision: evaluation.averagePrecision,
          auc: evaluation.auc,
          logLoss: evaluation.logLoss,
          recallAtBudget: evaluation.recallAtBudget,
          precisionAtBudget: evaluation.precisionAtBudget,
        };
  return Object.entries(figures).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/**
 * What an alert budget finds, in a sentence; empty for a model that predicts a number, or where nobody can say.
 * `Flagging 2 % of the rows finds 61 % of the positives; the model in use 58 %, the baseline 22 %.`
 */
export function budgetSentence({ candidate, current, baseline }: Evaluations): string {
  if (candidate?.kind !== 'binary' || candidate.recallAtBudget === undefined) {
    return '';
  }
  const others = [
    ['the model in use', current],
    ['the baseline', baseline],
  ] as const;
  const texts = others.flatMap(([name, other]) =>
    other?.kind === 'binary' && other.recallAtBudget !== undefined ? [`${name} ${percent(other.recallAtBudget)}`] : [],
  );
  const found = `Flagging ${percent(candidate.budget)} of the rows finds ${percent(candidate.recallAtBudget)} of the positives`;
  return `${[found, texts.join(', ')].filter((text) => text !== '').join('; ')}.`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
