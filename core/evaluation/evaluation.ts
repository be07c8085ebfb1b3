/** Why a figure is not defined. */
export type NotDefined =
  /** There are no rows. */
  | 'no_rows'
  /** A prediction or a label is missing or infinite. */
  | 'not_a_number'
  /** The square of a difference is beyond what a double holds. */
  | 'too_large'
  /** A label is neither 0 nor 1. */
  | 'not_a_class'
  /** A prediction is not from 0 to 1: a score that only ranks, such as that of a naive baseline. */
  | 'not_a_probability'
  /** All rows are of one class. */
  | 'one_class'
  /** No label is 1. */
  | 'no_positives'
  /** The budget is less than one row. */
  | 'budget_below_one_row';

/** The figures of a model that predicts a number, in the unit of the label. Lower is better. */
export const regressionFigures = ['rmse', 'mae'] as const;
export type RegressionFigure = (typeof regressionFigures)[number];

/** The figures of a model that tells two classes apart. Higher is better, but for `logLoss`. */
export const binaryFigures = ['auc', 'averagePrecision', 'logLoss', 'recallAtBudget', 'precisionAtBudget'] as const;
export type BinaryFigure = (typeof binaryFigures)[number];

/** Whether more is better. */
export const higherIsBetter: Readonly<Record<RegressionFigure | BinaryFigure, boolean>> = {
  rmse: false,
  mae: false,
  auc: true,
  averagePrecision: true,
  logLoss: false,
  recallAtBudget: true,
  precisionAtBudget: true,
};

/** Figures by their names; one that is not defined is left out, and `notDefined` says why. */
type Figures<Name extends string> = Readonly<Partial<Record<Name, number>>> & {
  readonly notDefined: Readonly<Partial<Record<Name, NotDefined>>>;
};

/** How good predictions of a number are. */
export interface RegressionEvaluation extends Figures<RegressionFigure> {
  readonly kind: 'regression';
  readonly rows: number;
}

/** How good predictions of a class are. */
export interface BinaryEvaluation extends Figures<BinaryFigure> {
  readonly kind: 'binary';
  readonly rows: number;
  /** Rows whose label is 1. */
  readonly positives: number;
  /** The share of rows that may be flagged. */
  readonly budget: number;
  /** Rows that are flagged under the budget. */
  readonly flagged: number;
}

export type Evaluation = RegressionEvaluation | BinaryEvaluation;

/** What predictions are judged by. */
export interface EvaluationOptions {
  /** The share of rows that may be flagged, for recall and precision at that budget. From 0 to 1. @default 0.01 */
  readonly budget?: number;
}

export const evaluationDefaults: Required<EvaluationOptions> = { budget: 0.01 };
