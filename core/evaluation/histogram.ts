/** How often values fall between edges. */
export interface Histogram {
  /** Ascending. A value belongs to the bin whose number is that of the edges that it reaches: below the first edge to bin 0. */
  readonly edges: readonly number[];
  /** One more than edges. */
  readonly counts: readonly number[];
  /** Values that are missing (NaN). */
  readonly missing: number;
}

/** How many bins are meant to share the values of a reference. */
export const defaultBins = 10;

/**
 * Edges that part values into bins of about equal shares. A value that makes up a bin's share by itself (the 0 of a counter, a constant)
 * gets a bin of its own, so that what comes above or below it later is seen.
 *
 * @param values missing and infinite ones are passed over
 * @param bins at least 2
 * @returns ascending, all different; none without values
 */
export function quantileEdges(values: ArrayLike<number>, bins = defaultBins): readonly number[] {
  const sorted = Float64Array.from(values)
    .filter((value) => Number.isFinite(value))
    .sort();
  const edges = new Set<number>();
  for (let bin = 0; bin < bins && sorted.length > 0; bin += 1) {
    const first = Math.floor((bin * sorted.length) / bins);
    const value = sorted[first] as number;
    if ((countUpTo(sorted, value) - countBelow(sorted, value)) * bins >= sorted.length) {
      edges.add(value).add(nextAbove(value));
    } else if (bin > 0) {
      edges.add(value);
    }
  }
  return [...edges].filter(Number.isFinite).sort((a, b) => a - b);
}

/** How values fall between edges. */
export function histogram(values: ArrayLike<number>, edges: readonly number[]): Histogram {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let missing = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) {
      missing += 1;
    } else {
      const bin = countUpTo(edges, value);
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  return { edges, counts, missing };
}

/** How many of an ascending list are at most `value`. */
function countUpTo(ascending: ArrayLike<number>, value: number): number {
  return partition(ascending, (item) => item <= value);
}

function countBelow(ascending: ArrayLike<number>, value: number): number {
  return partition(ascending, (item) => item < value);
}

/** How many items from the first on `holds` is true for; it is false for all after those. */
function partition(items: ArrayLike<number>, holds: (item: number) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as number)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The smallest double above a finite one. */
function nextAbove(value: number): number {
  if (value === 0) {
    return Number.MIN_VALUE;
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
