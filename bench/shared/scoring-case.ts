import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { SeededRandom } from '../../core/random';
import type { TrainingSet } from '../../core/training-set';
import { boost } from '../../local/aws/sagemaker/xgboost/boost';
import { parseHyperparameters } from '../../local/aws/sagemaker/xgboost/hyperparameters';
import type { Matrix } from '../../local/aws/sagemaker/xgboost/matrix';
import { encodeModel } from '../../local/aws/sagemaker/xgboost/model-file';

/** A model and rows to score, in files. What a subject is told, as JSON. */
export interface ScoringCase {
  /** UBJSON, as a training job leaves it. */
  readonly model: string;
  /** Doubles, column by column. */
  readonly values: string;
  readonly rows: number;
  readonly columns: number;
  readonly trees: number;
  /** What the model was trained by, in the names of the container. */
  readonly hyperparameters: Readonly<Record<string, string>>;
}

/** Enough rows that trees grow as deep as they may. */
const trainingRows = 10_000;

/** Trains a model of a domain's size on made-up rows, a twentieth of whose values are missing. */
export async function makeScoringCase(directory: string, trainingSet: TrainingSet, rows: number): Promise<ScoringCase> {
  const columns = trainingSet.features.length;
  // All rounds: nothing is held out here to stop by.
  const hyperparameters = Object.fromEntries(
    Object.entries(trainingSet.hyperparameters).filter(([name]) => name !== 'early_stopping_rounds'),
  );
  const model = await boost({ train: madeUp(trainingRows, columns, 1, hyperparameters) }, parseHyperparameters(hyperparameters));
  const files = { model: path.join(directory, 'model.ubj'), values: path.join(directory, 'values') };
  writeFileSync(files.model, encodeModel(model));
  const matrix = madeUp(rows, columns, 2, hyperparameters);
  const values = new Float64Array(rows * columns);
  for (let cell = 0; cell < values.length; cell += 1) {
    values[(cell % columns) * rows + Math.floor(cell / columns)] = matrix.values[cell] as number;
  }
  writeFileSync(files.values, new Uint8Array(values.buffer));
  return { ...files, rows, columns, trees: model.trees.length, hyperparameters };
}

/** The columns of a case. */
export function columnsOf({ columns, rows, values }: ScoringCase): readonly Float64Array[] {
  const bytes = readFileSync(values);
  const all = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: columns }, (_, column) => all.subarray(column * rows, (column + 1) * rows));
}

/** Rows whose label follows from some of their values. */
export function madeUp(rows: number, columns: number, seed: number, { objective }: Readonly<Record<string, string>>): Matrix {
  const random = SeededRandom.fromSeed(seed);
  const values = Float32Array.from({ length: rows * columns }, () => (random.chance(0.05) ? Number.NaN : random.normal()));
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    const of = values.subarray(row * columns, (row + 1) * columns);
    const signal = of.reduce((sum, value, column) => sum + (Number.isNaN(value) ? 1 : value * Math.sin(column)), 0);
    return objective?.endsWith('logistic') === true ? Number(signal > 2) : signal;
  });
  return { rows, columns, values, labels };
}
