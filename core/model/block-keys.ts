import { blockRows, keyOf, missingKey } from './forest';

/** Numbers by row; NaN is a missing value. */
export type Column = Float32Array | Float64Array;

/** The keys of a block of rows, feature by feature, written anew for each block. */
export class BlockKeys {
  readonly keys: Int32Array;
  /** The same memory: a number is rounded to single precision by being written, and its bits become its key in place. */
  private readonly singles: Float32Array;

  constructor(features: number) {
    this.keys = new Int32Array(features * blockRows);
    this.singles = new Float32Array(this.keys.buffer);
  }

  /** Takes in `rows` rows of every column from `start` on. */
  fill(columns: readonly Column[], start: number, rows: number): void {
    const { keys, singles } = this;
    for (let feature = 0; feature < columns.length; feature += 1) {
      const column = columns[feature] as Column;
      const offset = feature * blockRows;
      for (let row = 0; row < rows; row += 1) {
        const value = column[start + row] as number;
        singles[offset + row] = value;
        keys[offset + row] = Number.isNaN(value) ? missingKey : keyOf(keys[offset + row] as number);
      }
    }
  }
}
