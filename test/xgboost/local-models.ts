import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '../../core/random';
import { boost } from '../../local/aws/sagemaker/xgboost/boost';
import { parseHyperparameters } from '../../local/aws/sagemaker/xgboost/hyperparameters';
import type { Matrix } from '../../local/aws/sagemaker/xgboost/matrix';
import { encodeModel } from '../../local/aws/sagemaker/xgboost/model-file';

/** What the local training program is asked for. */
const jobs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  squarederror: { objective: 'reg:squarederror' },
  'squarederror-exact': { objective: 'reg:squarederror', tree_method: 'exact', gamma: '5' },
  'logistic-fractions': { objective: 'reg:logistic' },
  logistic: { objective: 'binary:logistic' },
  'logistic-base': { objective: 'binary:logistic', base_score: '0.1', scale_pos_weight: '3' },
  'early-stopped': { objective: 'binary:logistic', num_round: '200', eta: '0.7', early_stopping_rounds: '3' },
  forest: { objective: 'reg:squarederror', num_parallel_tree: '3', subsample: '0.6' },
};

const columns = 6;

/**
 * Writes models of the local training program, `NAME.ubj`, and rows to predict for, `NAME.rows`: doubles, column by column.
 * @returns their names and sizes
 */
export async function trainLocally(
  directory: string,
): Promise<readonly { readonly name: string; readonly rows: number; readonly columns: number }[]> {
  mkdirSync(directory, { recursive: true });
  const rows = 800;
  const models: { readonly name: string; readonly rows: number; readonly columns: number }[] = [];
  for (const [name, given] of Object.entries(jobs)) {
    const objective = given['objective'] ?? '';
    const channels = { train: noisyMatrix(1200, 1, objective), validation: noisyMatrix(rows, 2, objective) };
    const model = await boost(channels, parseHyperparameters({ num_round: '30', max_depth: '5', seed: '1', ...given }));
    writeFileSync(join(directory, `${name}.ubj`), encodeModel(model));
    const byColumn = Array.from({ length: columns * rows }, (_, index) => {
      const [column, row] = [Math.floor(index / rows), index % rows];
      return channels.validation.values[row * columns + column] as number;
    });
    writeFileSync(join(directory, `${name}.rows`), new Uint8Array(Float64Array.from(byColumn).buffer));
    models.push({ name, rows, columns });
  }
  return models;
}

/** Rows with missing values, and labels that only partly follow from them. */
function noisyMatrix(rows: number, seed: number, objective: string): Matrix {
  const random = SeededRandom.fromSeed(seed);
  const values = Float32Array.from({ length: rows * columns }, () => (random.chance(0.15) ? Number.NaN : random.normal()));
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    const [a = 0, b = 0, c = 0] = values.subarray(row * columns, row * columns + 3);
    const signal = (Number.isNaN(a) ? 1 : a) - 2 * (Number.isNaN(b) ? 0 : b) * Number(!(c < 0)) + random.normal(0, 0.5);
    return objective === 'binary:logistic'
      ? Number(signal > 1)
      : objective === 'reg:logistic'
        ? 1 / (1 + Math.exp(-signal))
        : signal;
  });
  return { rows, columns, values, labels };
}
