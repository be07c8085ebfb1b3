/** The scores of two classes of rows, each in ascending order. */
export interface Ranking {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/**
 * The scores of rows by their labels. Each class is sorted by itself, because a typed array sorts numbers natively, and no row has to be
 * kept beside its score.
 * @param labels 1 for a positive, anything else for a negative
 */
export function rank(scores: ArrayLike<number>, labels: ArrayLike<number>): Ranking {
  let count = 0;
  for (let row = 0; row < labels.length; row += 1) {
    count += labels[row] === 1 ? 1 : 0;
  }
  const positives = new Float64Array(count);
  const negatives = new Float64Array(labels.length - count);
  let [p, n] = [0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    if (labels[row] === 1) {
      positives[p++] = scores[row] as number;
    } else {
      negatives[n++] = scores[row] as number;
    }
  }
  return { positives: positives.sort(), negatives: negatives.sort() };
}

/**
 * Goes through the different scores from the highest down, and tells after each how many positives and negatives have it or a higher one.
 * Rows of equal scores come together: no metric made of this depends on the order of rows.
 */
export function forEachThreshold(
  { negatives, positives }: Ranking,
  visit: (truePositives: number, falsePositives: number) => void,
): void {
  let p = positives.length;
  let n = negatives.length;
  while (p > 0 || n > 0) {
    const threshold = Math.max(positives[p - 1] ?? -Infinity, negatives[n - 1] ?? -Infinity);
    while (p > 0 && positives[p - 1] === threshold) {
      p -= 1;
    }
    while (n > 0 && negatives[n - 1] === threshold) {
      n -= 1;
    }
    visit(positives.length - p, negatives.length - n);
  }
}

/**
 * The area under the curve of true over false positives: the chance that a positive has a higher score than a negative, where equal
 * scores are half a chance. Exact up to 2^53 pairs. NaN without both classes.
 */
export function auc(ranking: Ranking): number {
  let [tpBefore, fpBefore, doubled] = [0, 0, 0];
  forEachThreshold(ranking, (tp, fp) => {
    doubled += (fp - fpBefore) * (tp + tpBefore);
    [tpBefore, fpBefore] = [tp, fp];
  });
  return doubled / (2 * ranking.positives.length * ranking.negatives.length);
}

/**
 * The mean precision over the recall, as scikit-learn's `average_precision_score` has it: precision at each threshold, by the recall
 * that is gained there. (XGBoost's `aucpr` interpolates between thresholds, and is a little higher or lower.) NaN without positives.
 */
export function averagePrecision(ranking: Ranking): number {
  let [tpBefore, sum] = [0, 0];
  forEachThreshold(ranking, (tp, fp) => {
    sum += ((tp - tpBefore) * tp) / (tp + fp);
    tpBefore = tp;
  });
  return sum / ranking.positives.length;
}
