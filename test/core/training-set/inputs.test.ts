import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { inputsSelect } from '../../../core/training-set';

const at = (iso: string): number => Date.parse(iso);

const scope = {
  window: { start: at('2026-11-10T00:00:00Z'), end: at('2026-11-20T00:00:00Z') },
  arrivedBefore: at('2026-11-20T01:00:00Z'),
  deliveredBefore: at('2026-11-20T02:00:00Z'),
};
const select = inputsSelect({ tables: ['readings', 'repairs'], aheadMs: 60_000 }, scope, 600);

describe('the query over what a training set is made from', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    for (const table of ['readings', 'repairs']) {
      await connection.run(
        `CREATE TABLE ${table} (device_id varchar, sequence bigint, event_time timestamp, arrival_time timestamp, "date" varchar)`,
      );
    }
    await connection.run('CREATE TABLE quarantine (reason varchar, part int, arrival_time timestamp, "date" varchar)');
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  test('counts rows, those that are there twice, and late ones, within the window and before the cutoff', async () => {
    await connection.run(`INSERT INTO readings VALUES
      ('a', 1, '2026-11-10 00:00:00', '2026-11-10 00:00:01', '2026-11-10'),
      ('a', 1, '2026-11-10 00:00:00', '2026-11-10 00:00:01', '2026-11-11'),
      ('a', 2, '2026-11-10 00:01:00', '2026-11-10 00:11:00', '2026-11-10'),
      ('a', 3, '2026-11-10 00:02:00', '2026-11-10 00:12:01', '2026-11-10'),
      ('b', 1, '2026-11-19 23:59:59', '2026-11-20 00:59:59', '2026-11-20'),
      ('b', 2, '2026-11-19 23:59:59', '2026-11-20 01:00:00', '2026-11-20'),
      ('b', 3, '2026-11-20 00:00:00', '2026-11-20 00:00:01', '2026-11-20'),
      ('b', 4, '2026-11-09 23:59:59', '2026-11-10 00:00:01', '2026-11-10'),
      ('c', 1, '2026-11-15 00:00:00', '2026-11-15 00:00:01', '2026-11-21')`);
    await connection.run(`INSERT INTO quarantine VALUES
      ('wrong_type', 0, '2026-11-12 00:00:00', '2026-11-12'),
      ('wrong_type', 1, '2026-11-12 00:00:00', '2026-11-12'),
      ('wrong_type', 0, '2026-11-13 00:00:00', '2026-11-13'),
      ('not_finite', 0, '2026-11-20 00:59:59', '2026-11-20'),
      ('not_finite', 0, '2026-11-20 01:00:00', '2026-11-20'),
      ('not_finite', 0, '2026-11-09 23:59:59', '2026-11-09')`);
    const rows = (await connection.runAndReadAll(`SELECT * FROM (${select}) ORDER BY kind, name`)).getRowObjects();
    expect(rows).toEqual([
      { kind: 'quarantine', name: 'not_finite', rows: 1n, distinct_rows: 1n, late: 0n },
      { kind: 'quarantine', name: 'wrong_type', rows: 2n, distinct_rows: 2n, late: 0n },
      { kind: 'table', name: 'readings', rows: 5n, distinct_rows: 4n, late: 2n },
      { kind: 'table', name: 'repairs', rows: 0n, distinct_rows: 0n, late: 0n },
    ]);
  });

  test('reads the days that the rows can lie in, and no others', () => {
    const days = ['"date" >= \'2026-11-09\'', '"date" <= \'2026-11-20\''];
    expect(select.match(/"date" [<>]= '[^']+'/g)).toEqual([...days, ...days, ...days]);
  });
});
