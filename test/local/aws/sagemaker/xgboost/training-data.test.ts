import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { channelFiles } from '../../../../../local/aws/sagemaker/xgboost/channel-files';
import { readMatrix } from '../../../../../local/aws/sagemaker/xgboost/parquet-matrix';

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];

describe('the training data', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'channel-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (name: string, columnData: Columns, rowGroupSize = 1000): Promise<string> => {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize })));
    return file;
  };

  test('is the first column as the label and the others as features, over row groups and files, whatever the numeric type', async () => {
    const one = await write(
      'one',
      [
        { name: 'y', data: [1, 2, 3], type: 'INT32' },
        { name: 'a', data: [10n, 20n, 30n], type: 'INT64' },
        { name: 'b', data: [true, null, false], type: 'BOOLEAN', nullable: true },
      ],
      2,
    );
    const two = await write('two', [
      { name: 'y', data: [4], type: 'INT32' },
      { name: 'a', data: [40n], type: 'INT64' },
      { name: 'b', data: [null], type: 'BOOLEAN', nullable: true },
    ]);
    const matrix = await readMatrix([one, two]);
    expect(matrix).toMatchObject({ rows: 4, columns: 2 });
    expect([...matrix.labels]).toEqual([1, 2, 3, 4]);
    expect([...matrix.values]).toEqual([10, 1, 20, Number.NaN, 30, 0, 40, Number.NaN]);
  });

  test.each<[string, Columns, string]>([
    [
      'a text',
      [
        { name: 'y', data: [1] },
        { name: 'site', data: ['x'], type: 'STRING' },
      ],
      'could not convert column site to float: it holds UTF8',
    ],
    [
      'a time',
      [
        { name: 'y', data: [1] },
        { name: 't', data: [new Date(0)], type: 'TIMESTAMP' },
      ],
      'column t to float: it holds TIMESTAMP',
    ],
    [
      'an infinity',
      [
        { name: 'y', data: [1] },
        { name: 'a', data: [Infinity], type: 'DOUBLE' },
      ],
      'Input data contains `inf`',
    ],
    ['a label alone', [{ name: 'y', data: [1] }], 'a label and at least one feature are needed'],
  ])('is refused with %s', async (_what, columns, message) => {
    const file = await write(
      'one',
      columns.map((column) => ({ type: 'DOUBLE' as const, ...column })),
    );
    await expect(readMatrix([file])).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message) as string,
    });
  });

  test('is refused when files differ in their columns, or are no Parquet', async () => {
    const one = await write('one', [
      { name: 'y', data: [1] },
      { name: 'a', data: [1] },
    ]);
    const two = await write('two', [
      { name: 'y', data: [1] },
      { name: 'b', data: [1] },
    ]);
    await expect(readMatrix([one, two])).rejects.toThrow('two has other columns than one');
    await writeFile(two, 'y,a\n1,2\n');
    await expect(readMatrix([two])).rejects.toThrow('Failed to load parquet data with exception:\ntwo: ');
  });

  test('is taken from folders down to the third, not deeper; names with an underscore are passed over', async () => {
    for (const name of ['a.parquet', '_SUCCESS', 'year=2026/month=11/b.parquet', 'year=2026/month=11/day=20/c.parquet']) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), '');
    }
    const { files, tooDeep } = await channelFiles(folder);
    expect(files.map((file) => path.relative(folder, file))).toEqual(['a.parquet', path.join('year=2026/month=11/b.parquet')]);
    expect(tooDeep).toEqual([path.join(folder, 'year=2026/month=11/day=20')]);
  });

  test('may hold no hidden file', async () => {
    await writeFile(path.join(folder, '.DS_Store'), '');
    await expect(channelFiles(folder)).rejects.toThrow('Hidden file found');
  });
});
