/** Rows of numbers, a column per feature. */
export interface Rows {
  readonly columns: readonly Float64Array[];
  readonly rows: number;
}

/** What a request sends that the container cannot read. The message says where. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
  readonly code = 'InvalidPayload';
}

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads `text/csv` as the XGBoost container does: a row per line, features alone and in their order, no header; an empty cell, or `nan`,
 * is a missing value.
 *
 * @throws PayloadError
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
 */
export function parseCsv(body: string, features: number): Rows {
  const lines = body.trim().split(/\r?\n/);
  const columns = Array.from({ length: features }, () => new Float64Array(lines.length));
  lines.forEach((line, row) => {
    const cells = line.split(',');
    if (cells.length !== features) {
      throw new PayloadError(`row ${row + 1} has ${cells.length} values; the model takes ${features} features`);
    }
    cells.forEach((cell, feature) => {
      const column = columns[feature];
      if (column !== undefined) {
        column[row] = valueOf(cell.trim(), row, feature);
      }
    });
  });
  return { columns, rows: lines.length };
}

function valueOf(cell: string, row: number, feature: number): number {
  if (cell === '' || cell.toLowerCase() === 'nan') {
    return Number.NaN;
  }
  if (!numberPattern.test(cell)) {
    throw new PayloadError(`could not convert string to float: '${cell}' (row ${row + 1}, value ${feature + 1})`);
  }
  return Number(cell);
}

/** The kinds of answers. */
export const accepted = ['text/csv', 'application/json'] as const;

/** Predictions as the XGBoost container answers: a line each, or `{"predictions":[{"score":0.25}]}`. */
export function encodePredictions(predictions: Float64Array, accept: (typeof accepted)[number]): string {
  const scores = [...predictions];
  return accept === 'text/csv'
    ? scores.map((score) => `${score}\n`).join('')
    : JSON.stringify({ predictions: scores.map((score) => ({ score })) });
}
