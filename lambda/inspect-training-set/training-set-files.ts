import type { SchemaElement } from 'hyparquet';
import { splitFolder, splitsOf, type Split, type TrainingSet } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import { inParallel } from '../shared/in-parallel';
import { isDataObject, uriOf, type Lake } from '../shared/lake';
import { openParquet, type ParquetFile } from '../shared/parquet-file';
import { TrainingError } from '../shared/training-error';

/** The files of a training set, opened. */
export interface TrainingSetFiles {
  /** By split; those that the domain has. A split without rows may have no file. */
  readonly splits: readonly { readonly split: Split; readonly rows: number; readonly files: readonly ParquetFile[] }[];
  readonly count: number;
  readonly bytes: number;
}

/** Footers read at a time. */
const parallelReads = 8;

/**
 * Opens all files of a training set: in each the label first, then the features in their order, every column a number.
 *
 * @param prefix under which the folders of the splits lie, ending in a slash
 * @throws TrainingError TrainingSetEmpty when a split that a job is given has no rows; TrainingSetMismatch
 */
export async function openTrainingSet(lake: Lake, trainingSet: TrainingSet, prefix: string): Promise<TrainingSetFiles> {
  const { features, holdOut, label } = trainingSet;
  const splits: TrainingSetFiles['splits'][number][] = [];
  let count = 0;
  let bytes = 0;
  for (const split of splitsOf(holdOut)) {
    const folder = `${prefix}${splitFolder(split)}`;
    const objects = (await lake.list(folder)).filter(isDataObject);
    const files = await inParallel(objects, parallelReads, async (object) => {
      const file = await openParquet(lake, object);
      checkColumns(file, [label, ...features]);
      return file;
    });
    const rows = files.reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0);
    if (rows === 0 && (split === 'train' || split === 'validation')) {
      throw new TrainingError(
        trainingErrors.trainingSetEmpty,
        `no rows in ${files.length} Parquet files under ${uriOf(lake, folder)}: is there data in the window, from devices enough for ` +
          'every split?',
      );
    }
    splits.push({ split, rows, files });
    count += objects.length;
    bytes += objects.reduce((sum, { size }) => sum + size, 0);
  }
  return { splits, count, bytes };
}

/** @throws TrainingError TrainingSetMismatch */
function checkColumns({ uri, metadata }: ParquetFile, expected: readonly string[]): void {
  const [, ...columns] = metadata.schema;
  // Athena folds names to lower case.
  const actual = columns.map(({ name }) => name.toLowerCase());
  const wrong = expected.findIndex((name, index) => actual[index] !== name.toLowerCase());
  if (wrong !== -1) {
    throw mismatch(`${uri}: column ${wrong + 1} is ${actual[wrong] ?? 'absent'}, expected ${expected[wrong] ?? ''}`);
  }
  if (actual.length > expected.length) {
    throw mismatch(`${uri}: column ${actual[expected.length] ?? ''} is neither label nor feature`);
  }
  const notNumeric = columns.find((column) => !isNumeric(column));
  if (notNumeric !== undefined) {
    throw mismatch(`${uri}: column ${notNumeric.name} is not numeric but ${kindOf(notNumeric)}`);
  }
}

const numericTypes: ReadonlySet<string> = new Set(['INT32', 'INT64', 'FLOAT', 'DOUBLE']);

function isNumeric(column: SchemaElement): boolean {
  const isInteger = /^U?INT(EGER)?(_\d+)?$/.test(column.logical_type?.type ?? column.converted_type ?? 'INTEGER');
  return column.num_children === undefined && numericTypes.has(column.type ?? '') && isInteger;
}

function kindOf({ type, logical_type, converted_type }: SchemaElement): string {
  return logical_type?.type ?? converted_type ?? type ?? 'a group of columns';
}

function mismatch(message: string): TrainingError {
  return new TrainingError(trainingErrors.trainingSetMismatch, message);
}
