import { quantileEdges } from '../../core/evaluation/histogram';

/** Most bars of a column's picture. */
const pictureBars = 24;

/** What the picture leaves to its outermost bars: this share of the rows at either end. */
const tail = 0.005;

/** How far beyond that the ends of a column may lie and still be drawn to scale, as a share of the width. */
const reach = 0.15;

/** Where the bins of a column lie. */
export interface Bins {
  /** Edges between bins of about equal numbers of rows, by which drift is told: a bin begins with its lower edge, the outermost are open. */
  readonly edges: readonly number[];
  /** The bars of a picture, all of one width: from `from` to `to`, the outermost hold what lies beyond as well. */
  readonly picture: { readonly from: number; readonly to: number; readonly bars: number };
}

/**
 * The bins for a column, by a sample of its values.
 * @param sample ascending, finite
 * @returns undefined when it is empty
 */
export function binsOf(sample: Float64Array): Bins | undefined {
  return sample.length === 0 ? undefined : { edges: quantileEdges(sample), picture: pictureOf(sample) };
}

function pictureOf(sample: Float64Array): Bins['picture'] {
  const minimum = quantile(sample, 0);
  const maximum = quantile(sample, 1);
  let [from, to] = [quantile(sample, tail), quantile(sample, 1 - tail)];
  if (from === to) {
    [from, to] = [minimum, maximum];
  }
  const width = to - from;
  from = from - minimum <= reach * width ? minimum : from;
  to = maximum - to <= reach * width ? maximum : to;
  if (from === to) {
    return { from, to, bars: 1 };
  }
  if (!sample.every(Number.isInteger)) {
    return { from, to, bars: pictureBars };
  }
  // As many whole numbers in each bar, or the bars would be a comb; the last number lies below the end.
  const numbers = to - from + 1;
  const perBar = Math.ceil(numbers / pictureBars);
  const bars = Math.ceil(numbers / perBar);
  return { from, to: from + bars * perBar, bars };
}

/** The edges between the bars of a picture. */
export function barEdges({ from, to, bars }: Bins['picture']): readonly number[] {
  return Array.from({ length: bars - 1 }, (_, index) => from + ((to - from) * (index + 1)) / bars);
}

/**
 * The value below which a share of a sample lies.
 * @param sample ascending, not empty
 * @param share from 0, the smallest, to 1, the largest value
 */
export function quantile(sample: Float64Array, share: number): number {
  return sample[Math.min(sample.length - 1, Math.floor(share * sample.length))] ?? Number.NaN;
}
