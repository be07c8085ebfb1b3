import { forEachThreshold, type Ranking } from './ranking';

/** What a budget of alerts finds. */
export interface BudgetFigures {
  /** Rows that are flagged. */
  readonly flagged: number;
  /** Positives among them; a fraction where equal scores straddle the edge. */
  readonly found: number;
}

/**
 * Flags the rows with the highest scores, as many as a budget allows, and counts the positives among them. Where rows of equal scores
 * straddle the edge, the places that are left are shared among them: the count is what drawing lots would give on average, and does not
 * depend on the order of rows.
 *
 * @param share of the rows that may be flagged, from 0 to 1; rounded down to whole rows
 */
export function flagWithinBudget(ranking: Ranking, share: number): BudgetFigures {
  const rows = ranking.positives.length + ranking.negatives.length;
  // 29 % of 100 rows are 29, though 0.29 × 100 is a little less.
  const flagged = Math.floor(share * rows + 1e-9);
  let [above, foundAbove, found] = [0, 0, 0];
  forEachThreshold(ranking, (tp, fp) => {
    const places = Math.min(flagged, tp + fp) - above;
    if (places > 0) {
      found = foundAbove + ((tp - foundAbove) * places) / (tp + fp - above);
    }
    [above, foundAbove] = [tp + fp, tp];
  });
  return { flagged, found };
}
