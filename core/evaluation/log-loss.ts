import { mean } from './regression';

/** A probability below this counts as this one: XGBoost's bound, so that a loss here is what its log says. */
const smallestProbability = 1e-16;

/**
 * The mean of -log of the probability that was given to what came true; a label between 0 and 1 counts for both in proportion. NaN
 * without rows. scikit-learn's `log_loss` is the same but for probabilities within 2.2e-16 of 0 and 1, its own bound.
 */
export function logLoss(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  return mean(probabilities, labels, (p, y) => -y * logOf(p) - (1 - y) * logOf(1 - p));
}

function logOf(probability: number): number {
  return Math.log(Math.max(probability, smallestProbability));
}
