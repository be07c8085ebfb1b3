import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { AthenaTable } from '../../../../local/aws/athena/catalog';
import { tableFiles, viewStatement } from '../../../../local/aws/athena/views';
import { ObjectStore } from '../../../../local/aws/s3/object-store';

const table: AthenaTable = {
  name: 'readings',
  location: 's3://lake/readings/',
  columns: [{ name: 'n', type: 'int', doc: '' }],
  partitionKeys: [{ name: 'date', type: 'string' }],
};

describe('what a table shows of its files', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'views-'));
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });
  afterAll(() => {
    connection.closeSync();
    rmSync(directory, { recursive: true });
  });

  test.each([
    ['a usual folder', 'lake', ['2026-11-20', '2026-11-21']],
    ['a folder that is named like a partition', 'date=none/lake', ['2026-11-20', '2026-11-21']],
    ['values that a path encodes', 'encoded', ['2026-11-20', 'a%20b', 'c:d']],
  ])('is the partition of each, below %s', async (_, below, dates) => {
    const root = path.join(directory, below);
    mkdirSync(root, { recursive: true });
    const store = new ObjectStore(root, ['lake']);
    for (const [n, date] of dates.entries()) {
      const file = store.temporaryPath();
      await connection.run(`COPY (SELECT ${n} AS n) TO '${file}' (FORMAT parquet)`);
      await store.adopt('lake', `readings/date=${date}/a.parquet`, file);
    }
    await connection.run('DROP VIEW IF EXISTS readings');
    await connection.run(await viewStatement(table, await tableFiles(store, table), () => Promise.resolve(new Set(['n']))));
    const reader = await connection.runAndReadAll(`SELECT n, "date" FROM readings WHERE "date" >= '2026' ORDER BY n`);
    // A key's percent signs are Hive's.
    expect(reader.getRows()).toEqual(dates.map((date, n) => [n, decodeURIComponent(date)]));
  });
});
