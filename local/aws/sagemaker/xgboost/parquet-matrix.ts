import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { parquetMetadata, parquetRead, type AsyncBuffer, type Compressors, type FileMetaData } from 'hyparquet';
import type { Matrix } from './matrix';
import { UserError } from './user-error';

interface ParquetFile {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly rows: number;
  readonly columns: readonly string[];
}

/**
 * All rows of Parquet files as one matrix: the first column is the label, by position; null is missing.
 * @throws UserError when a file is not Parquet, a column is not numeric, or files differ in their columns
 */
export async function readMatrix(files: readonly string[]): Promise<Matrix> {
  const opened = await Promise.all(files.map(open));
  const first = opened[0];
  if (first === undefined) {
    return { rows: 0, columns: 0, values: new Float32Array(), labels: new Float32Array() };
  }
  const odd = opened.findIndex(({ columns }) => columns.join() !== first.columns.join());
  if (odd !== -1) {
    throw failure(`${path.basename(files[odd] ?? '')} has other columns than ${path.basename(files[0] ?? '')}`);
  }
  const rows = opened.reduce((sum, file) => sum + file.rows, 0);
  const columns = first.columns.length - 1;
  if (columns < 1) {
    throw failure('a label and at least one feature are needed');
  }
  const matrix = { rows, columns, values: new Float32Array(rows * columns), labels: new Float32Array(rows) };
  let start = 0;
  for (const file of opened) {
    await readInto(matrix, file, start);
    start += file.rows;
  }
  const infinite = matrix.values.findIndex((value) => value === Infinity || value === -Infinity);
  if (infinite !== -1) {
    throw new UserError(
      `Input data contains \`inf\` or a value too large: column ${first.columns[(infinite % columns) + 1] ?? '?'}`,
    );
  }
  return matrix;
}

async function open(name: string): Promise<ParquetFile> {
  const bytes = await fs.readFile(name);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  try {
    const metadata = parquetMetadata(buffer);
    return {
      file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
      metadata,
      rows: Number(metadata.num_rows),
      columns: numericColumns(metadata),
    };
  } catch (error: unknown) {
    throw error instanceof UserError ? error : failure(`${path.basename(name)}: ${String(error)}`);
  }
}

/** Logical types over a number that are no number. */
const notNumbers: ReadonlySet<string> = new Set([
  'DATE',
  'TIME',
  'TIMESTAMP',
  'DECIMAL',
  'STRING',
  'ENUM',
  'UUID',
  'JSON',
  'BSON',
]);

function numericColumns({ schema }: FileMetaData): readonly string[] {
  const [, ...columns] = schema;
  for (const { name, type, logical_type, converted_type, num_children } of columns) {
    const isPlain = type === 'BOOLEAN' || type === 'INT32' || type === 'INT64' || type === 'FLOAT' || type === 'DOUBLE';
    const meaning = logical_type?.type ?? converted_type?.replace(/_(MILLIS|MICROS)$/, '') ?? '';
    if (!isPlain || num_children !== undefined || notNumbers.has(meaning)) {
      throw failure(`could not convert column ${name} to float: it holds ${meaning === '' ? (type ?? 'a group') : meaning}`);
    }
  }
  return columns.map(({ name }) => name);
}

async function readInto(matrix: Matrix, { file, metadata, columns }: ParquetFile, start: number): Promise<void> {
  await parquetRead({
    file,
    metadata,
    ...(await compressorsFor(metadata)),
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = columns.indexOf(columnName);
      for (let index = 0; index < columnData.length; index++) {
        const cell = columnData[index] as number | bigint | boolean | null | undefined;
        const value = cell === null || cell === undefined ? Number.NaN : Number(cell);
        const row = start + rowStart + index;
        if (column === 0) {
          matrix.labels[row] = value;
        } else {
          matrix.values[row * matrix.columns + column - 1] = value;
        }
      }
    },
  });
}

/** Snappy is built into the reader; the code for other codecs is only loaded for files that use them. */
async function compressorsFor({ row_groups }: FileMetaData): Promise<{ readonly compressors?: Compressors }> {
  const codecs = new Set(row_groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec ?? 'UNCOMPRESSED')));
  codecs.delete('UNCOMPRESSED');
  codecs.delete('SNAPPY');
  return codecs.size === 0 ? {} : { compressors: (await import('hyparquet-compressors')).compressors };
}

function failure(what: string): UserError {
  return new UserError(`Failed to load parquet data with exception:\n${what}`);
}
