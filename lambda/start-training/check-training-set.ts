import { parquetMetadataAsync, type FileMetaData, type SchemaElement } from 'hyparquet';
import { channels, type Channel, type TrainingSet } from '../../core/training-set';
import { trainingErrors } from '../../core/training-error';
import { isDataObject, uriOf, type Lake, type LakeObject } from '../shared/lake';
import type { RowCounts } from '../shared/plan';
import { TrainingError } from '../shared/training-error';

/** Footers read at a time. */
const parallelReads = 8;

/**
 * Looks at the footers of all files of a training set before anybody pays for a job: the label first, then the features in their
 * order, every column a number, rows in both channels; for a model that tells classes apart, rows of both of them in both channels,
 * for without the model learns nothing, or nobody can say how good it is. Reads a few KiB per file.
 *
 * @param prefixes by channel: keys in the lake's bucket
 * @returns the rows of each channel
 * @throws TrainingError TrainingSetEmpty, TrainingSetOneClass or TrainingSetMismatch
 */
export async function checkTrainingSet(
  lake: Lake,
  trainingSet: TrainingSet,
  prefixes: Readonly<Record<Channel, string>>,
): Promise<RowCounts> {
  const counts = await Promise.all(
    channels.map(async (channel) => [channel, await countRows(lake, trainingSet, prefixes[channel])] as const),
  );
  return Object.fromEntries(counts) as Record<Channel, number>;
}

async function countRows(lake: Lake, trainingSet: TrainingSet, prefix: string): Promise<number> {
  const { label, features, hyperparameters } = trainingSet;
  const objects = (await lake.list(prefix)).filter(isDataObject);
  const queue = [...objects];
  let rows = 0;
  const labels = new LabelRange();
  const worker = async (): Promise<void> => {
    for (let object = queue.shift(); object !== undefined; object = queue.shift()) {
      const metadata = await footer(lake, object);
      checkColumns(uriOf(lake, object.key), metadata, [label, ...features]);
      rows += Number(metadata.num_rows);
      labels.add(metadata);
    }
  };
  await Promise.all(Array.from({ length: parallelReads }, worker));
  if (rows === 0) {
    throw new TrainingError(
      trainingErrors.trainingSetEmpty,
      `no rows in ${objects.length} Parquet files under ${uriOf(lake, prefix)}: is there data in the window, from devices enough for both channels?`,
    );
  }
  const only = hyperparameters['objective']?.startsWith('binary:') === true ? labels.onlyValue : undefined;
  if (only !== undefined) {
    throw new TrainingError(
      trainingErrors.trainingSetOneClass,
      `${label} is ${only} in all ${rows} rows under ${uriOf(lake, prefix)}: rows of both classes are needed; widen the window, or ` +
        'train on more devices',
    );
  }
  return rows;
}

/** The smallest and the largest label, from the statistics in the footers. */
class LabelRange {
  private minimum = Infinity;
  private maximum = -Infinity;
  private isKnown = true;

  /** Takes a file, whose first column is the label. */
  add({ row_groups: groups }: FileMetaData): void {
    for (const { num_rows: rows, columns } of groups) {
      const { min_value: minimum, max_value: maximum } = columns[0]?.meta_data?.statistics ?? {};
      if (typeof minimum === 'number' && typeof maximum === 'number') {
        this.minimum = Math.min(this.minimum, minimum);
        this.maximum = Math.max(this.maximum, maximum);
      } else if (rows > 0) {
        this.isKnown = false;
      }
    }
  }

  /** The value that every label has; undefined when there are several, or when a writer has left the statistics out. */
  get onlyValue(): number | undefined {
    return this.isKnown && this.minimum === this.maximum ? this.minimum : undefined;
  }
}

async function footer(lake: Lake, { key, size }: LakeObject): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync({
      byteLength: size,
      slice: (start, end) => lake.read(key, start < 0 ? size + start : start, end ?? size),
    });
  } catch (error: unknown) {
    if (error instanceof Error && /parquet/i.test(error.message)) {
      throw mismatch(`${uriOf(lake, key)} is no Parquet file: ${error.message}`, error);
    }
    throw error;
  }
}

function checkColumns(uri: string, { schema }: FileMetaData, expected: readonly string[]): void {
  const [, ...columns] = schema;
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

function mismatch(message: string, cause?: unknown): TrainingError {
  return new TrainingError(trainingErrors.trainingSetMismatch, message, { cause });
}
