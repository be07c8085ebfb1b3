import type { TrainingSet } from '../../core/training-set';
import { isDataObject, type Lake } from '../shared/lake';
import { columnNamed, openParquet, readColumn, rowGroupsOf, type ParquetFile, type RowGroup } from '../shared/parquet-file';

/** Some rows of a split: what a model is told, and what came of it. */
export interface RowBlock {
  readonly rows: number;
  readonly labels: Float64Array;
  /** One per feature, in their order; NaN is missing. Single precision, as XGBoost compares. */
  readonly columns: readonly Float32Array[];
}

/** Columns that are read at a time: several hide the time that a request takes; each holds one column of a row group. */
const parallelColumns = 4;

/**
 * The rows of a split, one row group of one file at a time: 4 bytes per value of the group, and `parallelColumns` columns as they are
 * decoded, are in memory.
 *
 * @param prefix of the split's files in the lake's bucket
 * @throws TrainingError TrainingSetMismatch for a file that lacks a column or cannot be read
 */
export async function* testRows(
  lake: Lake,
  { label, features }: Pick<TrainingSet, 'label' | 'features'>,
  prefix: string,
): AsyncGenerator<RowBlock> {
  for (const object of (await lake.list(prefix)).filter(isDataObject)) {
    const file = await openParquet(lake, object);
    const [labelColumn = '', ...featureColumns] = [label, ...features].map((name) => columnNamed(file, name));
    for (const group of rowGroupsOf(file)) {
      yield await readBlock(file, group, labelColumn, featureColumns);
    }
  }
}

async function readBlock(file: ParquetFile, group: RowGroup, label: string, features: readonly string[]): Promise<RowBlock> {
  const labels = new Float64Array(group.rows);
  const columns = features.map(() => new Float32Array(group.rows));
  const queue = [{ name: label, target: labels as Float32Array | Float64Array }].concat(
    features.flatMap((name, index) => {
      const target = columns[index];
      return target === undefined ? [] : [{ name, target }];
    }),
  );
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await readColumn(file, group, next.name, next.target);
    }
  };
  await Promise.all(Array.from({ length: parallelColumns }, worker));
  return { rows: group.rows, labels, columns };
}
