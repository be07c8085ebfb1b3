import { readFileSync } from 'node:fs';
import { links } from '../../core/model/objective';
import { parseModel } from '../../core/model/parse-model';
import { predict } from '../../core/model/predict';

/** Predictions of one model for one set of rows, ours against XGBoost's. */
export interface Comparison {
  readonly rows: number;
  /** Rows whose predictions are the same to the last bit. */
  readonly identical: number;
  readonly maxAbsolute: number;
  /** Against XGBoost's prediction, or against 1e-30 where that is smaller: singles have no full precision there. */
  readonly maxRelative: number;
}

/**
 * The largest relative difference that is let pass where an exponential is in it, which is only as exact as the library that computes it. A
 * single has 24 bits: one step is 6e-8 to 1.2e-7. Sums have to be the same to the last bit.
 */
const tolerance = 1e-6;

/** The columns of a `.rows` file. */
export function readColumns(file: string, columns: number): readonly Float64Array[] {
  const all = new Float64Array(exactBuffer(file));
  const rows = all.length / columns;
  return Array.from({ length: columns }, (_, column) => all.subarray(column * rows, (column + 1) * rows));
}

/** The singles of a `.predictions` file. */
export function readSingles(file: string): Float32Array {
  return new Float32Array(exactBuffer(file));
}

/** What a model in a file predicts for rows, and how far XGBoost's predictions may be from that. */
export function scored(
  modelFile: string,
  columns: readonly Float64Array[],
): { readonly predictions: Float64Array; readonly tolerance: number } {
  const model = parseModel(readFileSync(modelFile));
  const isSum = links[model.objective] === 'identity';
  return { predictions: predict(model, columns, columns[0]?.length ?? 0), tolerance: isSum ? 0 : tolerance };
}

/** @throws RangeError when there are not as many of one as of the other */
export function compare(ours: Float64Array, theirs: Float32Array): Comparison {
  if (ours.length !== theirs.length) {
    throw new RangeError(`${ours.length} predictions against ${theirs.length}`);
  }
  let [identical, maxAbsolute, maxRelative] = [0, 0, 0];
  theirs.forEach((theirPrediction, row) => {
    const difference = Math.abs((ours[row] as number) - theirPrediction);
    identical += difference === 0 ? 1 : 0;
    // Not Math.max alone: what is no number has to count as a difference.
    maxAbsolute = Number.isNaN(difference) ? Infinity : Math.max(maxAbsolute, difference);
    maxRelative = Math.max(
      maxRelative,
      maxAbsolute === Infinity ? Infinity : difference / Math.max(Math.abs(theirPrediction), 1e-30),
    );
  });
  return { rows: theirs.length, identical, maxAbsolute, maxRelative };
}

/** What several comparisons say together. */
export function together(comparisons: readonly Comparison[]): Comparison {
  const sum = (figure: 'rows' | 'identical'): number => comparisons.reduce((total, each) => total + each[figure], 0);
  const most = (figure: 'maxAbsolute' | 'maxRelative'): number => Math.max(0, ...comparisons.map((each) => each[figure]));
  return { rows: sum('rows'), identical: sum('identical'), maxAbsolute: most('maxAbsolute'), maxRelative: most('maxRelative') };
}

function exactBuffer(file: string): ArrayBuffer {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
