import { higherIsBetter, type Evaluation } from '../../core/evaluation/evaluation';

/** What kind of answer a model gives: a number, or how likely the positive of two classes is. */
export type ModelKind = Evaluation['kind'];

/** The metric that decides. */
export interface PrimaryMetric {
  /** Its name in an evaluation. */
  readonly key: 'rmse' | 'averagePrecision';
  /** Its name in a sentence. */
  readonly title: string;
}

/** The kind of a model, by XGBoost's objective. */
export function kindOf(objective: string | undefined): ModelKind {
  return objective?.startsWith('binary:') === true ? 'binary' : 'regression';
}

const metrics: Readonly<Record<ModelKind, PrimaryMetric>> = {
  // In the label's unit; large errors count most.
  regression: { key: 'rmse', title: 'RMSE' },
  // Positives are rare: the area under the ROC curve hardly falls when ten rows are flagged too many for each right one.
  binary: { key: 'averagePrecision', title: 'average precision' },
};

/** The metric that decides for models of a kind. */
export function primaryMetricOf(kind: ModelKind): PrimaryMetric {
  return metrics[kind];
}

/** Whether one value is better than another. */
export function isBetter({ key }: PrimaryMetric, one: number, other: number): boolean {
  return higherIsBetter[key] ? one > other : one < other;
}

/**
 * The worst value that still counts as good as another: worse by the share `tolerance` of it.
 * @param tolerance from 0 on; 0.02 is two per cent
 */
export function worstAllowed({ key }: PrimaryMetric, value: number, tolerance: number): number {
  return value * (higherIsBetter[key] ? 1 - tolerance : 1 + tolerance);
}
