import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { AppRun } from './run-app';

jest.setTimeout(240_000);

const data = path.resolve(__dirname, '..', '..', '..', 'shared', 'data', 'cmapss');
const file = path.join(data, 'train_FD001.txt.gz');
const whereThereIsData = existsSync(file) ? test : test.skip;

describe('a replay of the turbofan engines', () => {
  whereThereIsData('stores every value of the file and predicts the remaining life of engines that it has not seen', async () => {
    const run = new AppRun([
      ...['--domain', 'turbofan', '--replay', file],
      ...['--score', path.join(data, 'test_FD001.txt.gz'), '--truth', path.join(data, 'RUL_FD001.txt.gz')],
      ...['--at-most', '13.5', '--workers', '1', '--shards', '2'],
    ]);
    expect({ exitCode: await run.exitCode, stderr: run.stderr }).toMatchObject({ exitCode: 0 });

    const report = run.report();
    expect(report.records).toMatchObject({
      // A line of the file each, and the failure of each engine at its end; and the engines that are scored.
      sent: 20_731 + 13_096,
      delivered: 20_731 + 13_096,
      quarantined: {},
      duplicatesDropped: 0,
      balanced: true,
    });
    expect(report.tables.cycles?.rows).toBe(20_631 + 13_096);
    expect(report.tables.failures?.rows).toBe(100);
    expect(report.training.job?.status).toBe('Completed');
    expect(report.training.job?.metrics['validation:rmse']).toBeLessThan(12.5);

    expect(report.scoring).toMatchObject({ end: 'batch-scored', devices: 100, batch: { rows: 13_096, modelVersion: 1 } });
    expect(report.benchmark).toMatchObject({ devices: 100, atMost: 13.5 });
    expect(report.benchmark?.rmse).toBeLessThan(12);
    expect(await scoredRows(run.out)).toEqual([20_631 + 13_096, 20_631 + 13_096]);

    const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
    // The file has -0.0000 in places, which is equal to 0; adding 0 makes them the same to the comparison, too.
    const expected = lines.map((line) =>
      line
        .trim()
        .split(/ +/)
        .map((value) => Number(value) + 0),
    );
    expect(await storedValues(run.out)).toEqual(expected);
    run.remove();
  });
});

/** Unit, cycle, settings and sensors of every row in the Parquet files, by unit and cycle. */
async function storedValues(out: string): Promise<number[][]> {
  const s3 = path.join(out, 's3');
  const parquet = readdirSync(s3, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.includes(path.join('tables', 'cycles')) && name.endsWith('.parquet'),
  );
  expect(parquet.length).toBeGreaterThan(0);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const names = ['setting1', 'setting2', 'setting3', ...Array.from({ length: 21 }, (_, index) => `s${index + 1}`)];
  const reader = await connection.runAndReadAll(
    `SELECT CAST(regexp_extract(device_id, '[0-9]+$') AS integer), CAST(sequence AS integer), ${names.join(', ')}
     FROM read_parquet([${parquet.map((name) => `'${path.join(s3, name)}'`).join(', ')}])
     WHERE device_id LIKE 'FD001-train-%' ORDER BY 1, 2`,
  );
  const rows = reader.getRows().map((row) => row.map(Number));
  connection.closeSync();
  instance.closeSync();
  return rows;
}

/** Rows of predictions, and how many messages they are of: each is scored once. */
async function scoredRows(out: string): Promise<number[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const files = path.join(out, 's3', '*', 'tables', 'predictions', '*', '*.parquet');
  const reader = await connection.runAndReadAll(
    `SELECT count(*), count(DISTINCT (device_id, sequence)) FROM read_parquet('${files}')`,
  );
  const [row = []] = reader.getRows();
  connection.closeSync();
  instance.closeSync();
  return row.map(Number);
}
