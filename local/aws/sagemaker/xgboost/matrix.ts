/** A table of numbers for training: row by row, NaN for a missing value. */
export interface Matrix {
  readonly rows: number;
  /** Features, without the label. */
  readonly columns: number;
  /** rows × columns, single precision as XGBoost holds it. */
  readonly values: Float32Array;
  /** One per row. */
  readonly labels: Float32Array;
}
