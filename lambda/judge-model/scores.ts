import { predict } from '../../core/model/predict';
import type { XgboostModel } from '../../core/model/xgboost-model';
import type { Baseline } from '../../core/training-set';
import type { ModelKind } from './primary-metric';
import type { RowBlock } from './test-rows';

/** Who predicts: the new model, what a person would do without one, and the model in use. */
export const contestants = ['candidate', 'baseline', 'current'] as const;
export type Contestant = (typeof contestants)[number];

/** Gives a prediction for each row. */
export type Predictor = (block: RowBlock) => Float64Array;

/** Those that predict; the model in use only where there is one that can. */
export type Predictors = Readonly<Partial<Record<Contestant, Predictor>>>;

/** Labels of rows, and what each contestant predicted for them. */
export interface Scores {
  readonly labels: Float64Array;
  readonly predictions: Readonly<Partial<Record<Contestant, Float64Array>>>;
}

/** A model that predicts. */
export function modelPredictor(model: XgboostModel): Predictor {
  return ({ columns, rows }) => predict(model, columns, rows);
}

/**
 * The baseline that predicts: the value of a feature, or a mean. Where the feature is missing it is taken for the lowest there is when
 * rows are ranked, and for the mean when numbers are predicted.
 *
 * @param trainingMean the mean label of the rows that were trained on
 * @throws RangeError for a feature that the domain does not have
 */
export function baselinePredictor(
  baseline: Baseline,
  kind: ModelKind,
  features: readonly string[],
  trainingMean: number,
): Predictor {
  if (baseline.kind === 'mean') {
    return ({ rows }) => new Float64Array(rows).fill(trainingMean);
  }
  const index = features.indexOf(baseline.feature);
  const missing = kind === 'binary' ? -Number.MAX_VALUE : trainingMean;
  return ({ columns }) => {
    const values = columns[index];
    if (values === undefined) {
      throw new RangeError(`the baseline is the feature ${baseline.feature}, which is none of the domain's`);
    }
    return Float64Array.from(values, (value) => (Number.isNaN(value) ? missing : value));
  };
}

/** Has all contestants predict the rows, block by block; what is kept of a row is its label and a number for each of them. */
export async function scoresOf(blocks: AsyncIterable<RowBlock>, predictors: Predictors): Promise<Scores> {
  const scores: Scores[] = [];
  for await (const block of blocks) {
    const predictions = byContestant((contestant) => predictors[contestant]?.(block));
    scores.push({ labels: block.labels, predictions });
  }
  return pooled(scores);
}

/** The scores of several parts as one. */
export function pooled(parts: readonly Scores[]): Scores {
  return {
    labels: concat(parts.map(({ labels }) => labels)),
    predictions: byContestant((contestant) => {
      const given = parts.flatMap(({ predictions }) => predictions[contestant] ?? []);
      return given.length === 0 ? undefined : concat(given);
    }),
  };
}

function byContestant(valueOf: (contestant: Contestant) => Float64Array | undefined): Scores['predictions'] {
  const predictions: Partial<Record<Contestant, Float64Array>> = {};
  for (const contestant of contestants) {
    const value = valueOf(contestant);
    if (value !== undefined) {
      predictions[contestant] = value;
    }
  }
  return predictions;
}

function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
