import type { Histogram } from './histogram';

/** How much a distribution has moved. */
export interface Drift {
  /** The population stability index, from 0 (the same shares) on. A common reading: above 0.1 a shift, above 0.25 a large one. */
  readonly psi: number;
  /** What the index is on average when nothing has moved, by the size of the samples alone. An index of about this says nothing. */
  readonly psiByChance: number;
}

/**
 * The population stability index between two samples, missing values being a bin of their own: the sum over bins of
 * (p - q) · ln(p / q), where p and q are their shares. A bin that one sample is missing from would make it infinite; so one more row
 * is added to each sample, spread over the bins as both samples together are. Equal shares still give 0.
 *
 * Without drift the index times n·m / (n + m) has about a chi-squared distribution with as many degrees of freedom as there are bins
 * less one, whose mean is that number.
 *
 * @returns undefined when a sample has no rows
 * @throws RangeError when the edges differ
 */
export function driftBetween(reference: Histogram, current: Histogram): Drift | undefined {
  if (reference.edges.length !== current.edges.length || reference.edges.some((edge, index) => edge !== current.edges[index])) {
    throw new RangeError('two histograms of different edges');
  }
  const before = [...reference.counts, reference.missing];
  const after = [...current.counts, current.missing];
  const rowsBefore = sum(before);
  const rowsAfter = sum(after);
  if (rowsBefore === 0 || rowsAfter === 0) {
    return undefined;
  }
  let psi = 0;
  let bins = 0;
  before.forEach((countBefore, bin) => {
    const countAfter = after[bin] as number;
    const together = (countBefore + countAfter) / (rowsBefore + rowsAfter);
    if (together > 0) {
      const p = (countBefore + together) / (rowsBefore + 1);
      const q = (countAfter + together) / (rowsAfter + 1);
      psi += (p - q) * Math.log(p / q);
      bins += 1;
    }
  });
  return { psi, psiByChance: (bins - 1) * (1 / rowsBefore + 1 / rowsAfter) };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
