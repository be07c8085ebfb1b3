import type { TrainingSet } from '../../../core/training-set';
import type { TrainingCard } from '../training-card';

/**
 * The domain's hyperparameters, with `scale_pos_weight` where it asks for balanced classes and sets none itself: so many times as much
 * a positive row weighs, negative rows over positive ones of those that are trained on.
 *
 * @see https://xgboost.readthedocs.io/en/stable/parameter.html (scale_pos_weight)
 */
export function hyperparametersFor(
  { classBalance, hyperparameters }: Pick<TrainingSet, 'classBalance' | 'hyperparameters'>,
  { positives = 0, negatives = 0 }: Pick<TrainingCard, 'positives' | 'negatives'>,
): Readonly<Record<string, string>> {
  if (classBalance !== 'balanced' || hyperparameters['scale_pos_weight'] !== undefined || positives === 0) {
    return hyperparameters;
  }
  // Six digits say enough of a weight, and keep the same counts the same text.
  return { ...hyperparameters, scale_pos_weight: String(Number((negatives / positives).toPrecision(6))) };
}
