import { parquetMetadataAsync, parquetRead, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { trainingErrors } from '../../core/training-error';
import { uriOf, type Lake, type LakeObject } from './lake';
import { TrainingError } from './training-error';

/** A Parquet file of the lake, of which parts are read as they are needed. */
export interface ParquetFile {
  readonly uri: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** Names of the columns, in their order. */
  readonly columns: readonly string[];
}

/** Some rows of a file that lie together. */
export interface RowGroup {
  /** Which one it is in the file, from 0; those without rows count. */
  readonly index: number;
  /** Number of the first, in the file. */
  readonly start: number;
  readonly rows: number;
}

/**
 * Opens a file: reads its footer.
 * @throws TrainingError TrainingSetMismatch when it is no Parquet
 */
export async function openParquet(lake: Lake, { key, size }: LakeObject): Promise<ParquetFile> {
  const uri = uriOf(lake, key);
  const file: AsyncBuffer = {
    byteLength: size,
    slice: (start, end) => lake.read(key, start < 0 ? size + start : start, end ?? size),
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    return { uri, file, metadata, columns: metadata.schema.slice(1).map(({ name }) => name) };
  } catch (error: unknown) {
    throw asMismatch(error, uri);
  }
}

/** The row groups of a file that have rows. */
export function rowGroupsOf({ metadata }: ParquetFile): readonly RowGroup[] {
  const groups: RowGroup[] = [];
  let start = 0;
  for (const [index, { num_rows: count }] of metadata.row_groups.entries()) {
    const rows = Number(count);
    if (rows > 0) {
      groups.push({ index, start, rows });
    }
    start += rows;
  }
  return groups;
}

/**
 * The name that a file has for a column: Athena folds names to lower case.
 * @throws TrainingError TrainingSetMismatch when it has none
 */
export function columnNamed({ columns, uri }: ParquetFile, name: string): string {
  const found = columns.find((column) => column.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    throw new TrainingError(trainingErrors.trainingSetMismatch, `${uri} has no column ${name}`);
  }
  return found;
}

/**
 * Reads one column of one row group into `target`: NaN where there is no value.
 *
 * @param target of the group's length
 * @throws TrainingError TrainingSetMismatch when the bytes cannot be read
 */
export async function readColumn(
  { file, metadata, uri }: ParquetFile,
  { start, rows }: RowGroup,
  column: string,
  target: Float32Array | Float64Array,
): Promise<void> {
  try {
    await parquetRead({
      file,
      metadata,
      columns: [column],
      rowStart: start,
      rowEnd: start + rows,
      onChunk: ({ columnData, rowStart }) => {
        const offset = rowStart - start;
        for (let index = 0; index < columnData.length; index++) {
          const cell: unknown = columnData[index];
          target[offset + index] = cell === null || cell === undefined ? Number.NaN : Number(cell);
        }
      },
    });
  } catch (error: unknown) {
    throw asMismatch(error, uri);
  }
}

/**
 * The cells of one column of one row group, as the reader gives them.
 * @throws TrainingError TrainingSetMismatch when the bytes cannot be read
 */
export async function readCells(
  { file, metadata, uri }: ParquetFile,
  { start, rows }: RowGroup,
  column: string,
): Promise<unknown[]> {
  const cells = new Array<unknown>(rows);
  try {
    await parquetRead({
      file,
      metadata,
      columns: [column],
      rowStart: start,
      rowEnd: start + rows,
      onChunk: ({ columnData, rowStart }) => {
        for (let index = 0; index < columnData.length; index++) {
          cells[rowStart - start + index] = columnData[index];
        }
      },
    });
  } catch (error: unknown) {
    throw asMismatch(error, uri);
  }
  return cells;
}

/** What the reader says of bytes that are not as they should be is told as such; a failed request for bytes is left as it is. */
function asMismatch(error: unknown, uri: string): unknown {
  return error instanceof Error && /parquet/i.test(error.message)
    ? new TrainingError(trainingErrors.trainingSetMismatch, `${uri} is no Parquet file: ${error.message}`, { cause: error })
    : error;
}
