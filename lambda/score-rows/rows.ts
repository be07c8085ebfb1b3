import { trainingErrors } from '../../core/training-error';
import type { Lake } from '../shared/lake';
import {
  columnNamed,
  openParquet,
  readCells,
  readColumn,
  rowGroupsOf,
  type ParquetFile,
  type RowGroup,
} from '../shared/parquet-file';
import type { RowFile } from '../shared/scoring-batch';
import { TrainingError } from '../shared/training-error';

/** Rows to be scored: who they are, and what the model is told. */
export interface RowsToScore {
  readonly rows: number;
  readonly deviceIds: readonly string[];
  readonly sequences: readonly bigint[];
  readonly eventTimes: readonly Date[];
  /** One per feature, in their order; NaN is missing. Single precision, as XGBoost compares. */
  readonly columns: readonly Float32Array[];
}

/**
 * The rows of a file, one row group at a time: what is in memory is a group, 4 bytes per value.
 *
 * @throws TrainingError TrainingSetMismatch for a file that lacks a column, has a row without device, sequence or time, or cannot be read
 */
export async function* rowsToScore(lake: Lake, features: readonly string[], { key }: RowFile): AsyncGenerator<RowsToScore> {
  const object = (await lake.list(key)).find((each) => each.key === key);
  if (object === undefined) {
    throw new TrainingError(trainingErrors.trainingSetMismatch, `s3://${lake.bucket}/${key} has gone`);
  }
  const file = await openParquet(lake, object);
  for (const group of rowGroupsOf(file)) {
    const columns: Float32Array[] = [];
    for (const feature of features) {
      const values = new Float32Array(group.rows);
      await readColumn(file, group, columnNamed(file, feature), values);
      columns.push(values);
    }
    yield {
      rows: group.rows,
      deviceIds: await identities(file, group, 'device_id', asText),
      sequences: await identities(file, group, 'sequence', asWhole),
      eventTimes: await identities(file, group, 'event_time', asTime),
      columns,
    };
  }
}

/** A column of which every row has a value. */
async function identities<Value>(
  file: ParquetFile,
  group: RowGroup,
  name: string,
  valueOf: (cell: unknown) => Value | undefined,
): Promise<readonly Value[]> {
  const cells = await readCells(file, group, columnNamed(file, name));
  return cells.map((cell, index) => {
    const value = valueOf(cell);
    if (value === undefined) {
      const row = group.start + index;
      throw new TrainingError(trainingErrors.trainingSetMismatch, `${file.uri}: row ${row} has no usable ${name}`);
    }
    return value;
  });
}

const asText = (cell: unknown): string | undefined => (typeof cell === 'string' && cell !== '' ? cell : undefined);

function asWhole(cell: unknown): bigint | undefined {
  return typeof cell === 'bigint' ? cell : Number.isSafeInteger(cell) ? BigInt(Number(cell)) : undefined;
}

const asTime = (cell: unknown): Date | undefined => (cell instanceof Date && Number.isFinite(cell.getTime()) ? cell : undefined);
