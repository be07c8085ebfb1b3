import { BlockKeys, type Column } from './block-keys';
import { blockRows } from './forest';
import { links, predictionOf } from './objective';
import { walkForest } from './walk-forest';
import type { XgboostModel } from './xgboost-model';

/**
 * What the model predicts for each row, as XGBoost does: in single precision, by all trees. (`Booster.predict`, and the container of
 * SageMaker with it, take all trees of a file, whatever `best_iteration` among its attributes says; training with early stopping
 * saves no later ones.)
 *
 * @param columns a column per feature in the model's order, of `rows` values at least; NaN is a missing value. Values are rounded to
 *   single precision, as XGBoost does before it trains or predicts
 * @returns a probability for a logistic objective, a value for any other (`binary:logitraw`: the logit)
 * @throws RangeError when there are more or fewer columns than features, or a column is too short
 */
export function predict(model: XgboostModel, columns: readonly Column[], rows: number): Float64Array {
  const { baseMargin, forest, objective } = model;
  if (columns.length !== forest.features) {
    throw new RangeError(`the model takes ${forest.features} features, and ${columns.length} columns were given`);
  }
  const short = columns.findIndex(({ length }) => length < rows);
  if (short !== -1) {
    throw new RangeError(`column ${short} has ${columns[short]?.length ?? 0} values for ${rows} rows`);
  }
  const predictions = new Float64Array(rows);
  const block = new BlockKeys(forest.features);
  const margins = new Float32Array(blockRows);
  const link = links[objective];
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start);
    block.fill(columns, start, count);
    margins.fill(baseMargin);
    walkForest(forest, block.keys, count, margins);
    for (let row = 0; row < count; row += 1) {
      predictions[start + row] = predictionOf(link, margins[row] as number);
    }
  }
  return predictions;
}
