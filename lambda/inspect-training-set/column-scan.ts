import type { BinCounter } from './bin-counter';
import { isUsable } from './usable';

/** What is known of the values of a column. */
export interface ColumnFacts {
  readonly rows: number;
  /** Rows without a value: null, or NaN. */
  readonly missing: number;
  /** Rows with a value that a 32-bit float cannot hold, infinities among them: XGBoost computes with 32 bits, and refuses them. */
  readonly unusable: number;
  /** Of the values that are usable; undefined when there are none. */
  readonly values:
    { readonly minimum: number; readonly maximum: number; readonly mean: number; readonly deviation: number } | undefined;
}

/** Looks at the values of a column, a part of its rows at a time, in any order. Memory does not grow with the rows. */
export class ColumnScan {
  private rows = 0;
  private missing = 0;
  private unusable = 0;
  private usable = 0;
  private minimum = Infinity;
  private maximum = -Infinity;
  private mean = 0;
  /** Sum of the squares of the differences from the mean. */
  private squares = 0;

  /** @param counters are given all values */
  constructor(private readonly counters: readonly BinCounter[] = []) {}

  /** Takes some rows; NaN is missing. */
  add(values: Float64Array): void {
    let { minimum, maximum, missing, unusable } = this;
    let sum = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (isUsable(value)) {
        sum += value;
        minimum = value < minimum ? value : minimum;
        maximum = value > maximum ? value : maximum;
      } else if (Number.isNaN(value)) {
        missing += 1;
      } else {
        unusable += 1;
      }
    }
    const count = values.length - (missing - this.missing) - (unusable - this.unusable);
    if (count > 0) {
      this.merge(values, count, sum / count);
    }
    this.rows += values.length;
    Object.assign(this, { minimum, maximum, missing, unusable });
    for (const counter of this.counters) {
      counter.add(values);
    }
  }

  get facts(): ColumnFacts {
    const { rows, missing, unusable, usable, minimum, maximum, mean, squares } = this;
    const values = usable === 0 ? undefined : { minimum, maximum, mean, deviation: Math.sqrt(squares / usable) };
    return { rows, missing, unusable, values };
  }

  /** Chan, Golub and LeVeque: sums of squares about two means, put together. Nothing cancels, as it would in sums of plain squares. */
  private merge(values: Float64Array, count: number, mean: number): void {
    let squares = 0;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (isUsable(value)) {
        squares += (value - mean) * (value - mean);
      }
    }
    const apart = mean - this.mean;
    const total = this.usable + count;
    this.squares += squares + apart * apart * ((this.usable * count) / total);
    this.mean += (apart * count) / total;
    this.usable = total;
  }
}
