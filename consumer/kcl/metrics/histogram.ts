/**
 * Upper bounds of the buckets, in seconds: from a batch of a few records to a hand-off that took a whole failover time and more.
 */
export const durationBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** How often each duration was seen. */
export interface HistogramSnapshot {
  /** Upper bounds, inclusive. */
  readonly bounds: readonly number[];
  /** For each bound how many observations were at most that. */
  readonly cumulative: readonly number[];
  /** How many observations there were, those beyond the last bound included. */
  readonly count: number;
  readonly sum: number;
}

/** Counts observations in buckets. */
export class Histogram {
  private readonly counts: number[];
  private count = 0;
  private sum = 0;

  constructor(private readonly bounds: readonly number[] = durationBounds) {
    this.counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.count += 1;
    this.sum += value;
    const index = this.bounds.findIndex((bound) => value <= bound);
    if (index >= 0) {
      this.counts[index] = (this.counts[index] ?? 0) + 1;
    }
  }

  snapshot(): HistogramSnapshot {
    let below = 0;
    const cumulative = this.counts.map((count) => (below += count));
    return { bounds: this.bounds, cumulative, count: this.count, sum: this.sum };
  }
}
