import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { readAhead } from '../../../lambda/inspect-training-set/read-ahead';
import { sampleColumns } from '../../../lambda/inspect-training-set/sample';
import { openParquet, readColumn, rowGroupsOf, type ParquetFile } from '../../../lambda/shared/parquet-file';
import { MemoryLake } from '../fixtures';

const columns = 5;

/** A file of numbers, in row groups of so many rows; counts what is asked for. */
async function fileOf(
  rows: number,
  rowGroupSize: number,
  valueOf = (row: number, column: number): number => row * columns + column,
) {
  const columnData = Array.from({ length: columns }, (_, column) => ({
    name: `c${column}`,
    data: Array.from({ length: rows }, (_row, row) => valueOf(row, column)),
    type: 'DOUBLE' as const,
  }));
  const lake = new MemoryLake().put('file', new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize })));
  const requests: number[] = [];
  const read = lake.read.bind(lake);
  lake.read = async (key, start, end) => {
    requests.push(end - start);
    return read(key, start, end);
  };
  const [object] = await lake.list('file');
  if (object === undefined) {
    throw new Error('no file');
  }
  const file = await openParquet(lake, object);
  requests.length = 0;
  return { file, requests };
}

async function valuesOf(file: ParquetFile, through: typeof readAhead): Promise<readonly number[]> {
  const all: number[] = [];
  for (const group of rowGroupsOf(file)) {
    const reader = through(file, group);
    const values = new Float64Array(group.rows);
    for (const name of file.columns) {
      await readColumn(reader, group, name, values);
      all.push(...values);
    }
  }
  return all;
}

describe('reading columns ahead', () => {
  test('gives what reading each by itself gives, in a request per row group', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 12 }), async (rows, rowGroupSize) => {
        const { file, requests } = await fileOf(rows, rowGroupSize);
        const ahead = await valuesOf(file, readAhead);
        expect(requests).toHaveLength(rowGroupsOf(file).length);
        expect(ahead).toEqual(await valuesOf(file, (same) => same));
      }),
      { numRuns: 15 },
    );
  });

  test('hands on what a request fails by', async () => {
    const { file } = await fileOf(10, 10);
    const broken = {
      ...file,
      file: { byteLength: file.file.byteLength, slice: () => Promise.reject(new Error('connection lost')) },
    };
    await expect(valuesOf(broken, readAhead)).rejects.toThrow('connection lost');
  });
});

describe('a sample', () => {
  test('is all usable values of each column, ascending, when there are few', async () => {
    const { file } = await fileOf(30, 10, (row, column) => (row === 7 ? Number.NaN : column - row));
    const samples = await sampleColumns([file], columns);
    expect([...(samples[2] ?? [])]).toEqual(
      Array.from({ length: 30 }, (_, row) => 2 - row)
        .filter((each) => each !== -5)
        .reverse(),
    );
    expect(samples).toHaveLength(columns);
  });

  test('is of eight row groups that are spread over the files, when there are many', async () => {
    const first = await fileOf(20, 1);
    const second = await fileOf(20, 1, (row, column) => (row + 20) * columns + column);
    const samples = await sampleColumns([first.file, second.file], columns);
    expect([...(samples[0] ?? [])].map((each) => each / columns)).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
  });

  test('of no files is of no values', async () => {
    expect((await sampleColumns([], 2)).map(({ length }) => length)).toEqual([0, 0]);
  });
});
