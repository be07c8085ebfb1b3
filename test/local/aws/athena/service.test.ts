import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListWorkGroupsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type QueryExecution,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { Column } from '../../../../core/column';
import { channelSelect, timestampLiteral, unloadStatement, type TrainingSet } from '../../../../core/training-set';
import type { AthenaTable } from '../../../../local/aws/athena/catalog';
import { startAthena } from '../../../../local/aws/athena/service';
import { convertToParquet } from '../../../../local/aws/firehose/convert';
import { RecordBuffer } from '../../../../local/aws/firehose/record-buffer';
import { ObjectStore } from '../../../../local/aws/s3/object-store';
import type { LocalService } from '../../../../local/aws/service';

const columns: readonly Column[] = [
  { name: 'device_id', type: 'string', doc: '' },
  { name: 'sequence', type: 'bigint', doc: '' },
  { name: 'event_time', type: 'timestamp', doc: '' },
  { name: 'temperature', type: 'double', doc: '' },
  { name: 'is_open', type: 'boolean', doc: '' },
];

describe('the local Athena, through the SDK client', () => {
  let directory: string;
  let store: ObjectStore;
  let service: LocalService;
  let athena: AthenaClient;

  /** Writes rows as a Parquet object, with columns of their own choice. */
  const parquet = async (key: string, rows: readonly object[], of: readonly Column[] = columns): Promise<void> => {
    const buffer = new RecordBuffer();
    buffer.add(Buffer.from(rows.map((row) => JSON.stringify(row)).join('')), 0);
    const parquetFile = store.temporaryPath();
    const [records, errorFile] = [buffer.pack(), store.temporaryPath()];
    await convertToParquet({ records, columns: of, jsonKeys: {}, parquetFile, errorFile, now: 0 });
    await store.adopt('lake', key, parquetFile);
  };

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'athena-'));
    store = new ObjectStore(directory, ['lake']);
    const at = (second: number): string => new Date(Date.UTC(2026, 10, 20, 0, 0, second, 250)).toISOString();
    const rows = [0, 1, 2, 3].map((n) => ({
      device_id: `d${n % 2}`,
      sequence: n,
      event_time: at(n),
      temperature: n / 2,
      is_open: n > 1,
    }));
    await parquet('readings/date=2026-11-20/a.parquet', rows.slice(0, 3));
    await parquet('readings/date=2026-11-21/b.parquet', [{ ...rows[3], temperature: null }], columns.slice(0, 4));
    await store.put('lake', 'readings/date=2026-11-21/_hidden', 'not Parquet');
    await store.put('lake', 'readings/stray.parquet', 'outside every partition');
    await store.put('lake', 'broken/date=2026-11-21/c.parquet', 'not Parquet');
    const partitionKeys = [{ name: 'date', type: 'string' }];
    const tables = ['readings', 'empty', 'broken'].map((name) => ({
      name,
      location: `s3://lake/${name}/`,
      columns,
      partitionKeys,
    }));
    const notes: AthenaTable = { name: 'notes', location: 's3://lake/notes/', columns, partitionKeys, format: 'json' };
    await store.put('lake', 'notes/date=2026-11-20/a.gz', gzipSync(`${JSON.stringify(rows[0])}\n{"device_id":"d9","more":1}\n`));
    service = await startAthena({
      store,
      databases: [{ name: 'factory', tables: [...tables, notes] }],
      workgroups: [
        { name: 'training', outputLocation: 's3://lake/athena/' },
        { name: 'frugal', outputLocation: 's3://lake/athena/', bytesScannedCutoff: 10 },
      ],
    });
    athena = new AthenaClient({
      endpoint: service.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    athena.destroy();
    await service.close();
    await service.close();
    rmSync(directory, { recursive: true });
  });

  const start = async (QueryString: string, options: Partial<StartQueryExecutionCommandInput> = {}): Promise<string> => {
    const input = { QueryString, WorkGroup: 'training', QueryExecutionContext: { Database: 'factory' }, ...options };
    return (await athena.send(new StartQueryExecutionCommand(input))).QueryExecutionId ?? '';
  };
  const end = async (QueryExecutionId: string): Promise<QueryExecution> => {
    for (;;) {
      const { QueryExecution = {} } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      if (!['QUEUED', 'RUNNING'].includes(QueryExecution.Status?.State ?? '')) {
        return QueryExecution;
      }
    }
  };
  const run = async (sql: string, options: Partial<StartQueryExecutionCommandInput> = {}) => end(await start(sql, options));
  const rowsOf = async (sql: string): Promise<(string | undefined)[][]> => {
    const { QueryExecutionId, Status } = await run(sql);
    expect(Status).toMatchObject({ State: 'SUCCEEDED' });
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
    return (ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue));
  };

  // https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
  test('reads JSON lines, compressed or not, by the columns of the catalog', async () => {
    expect(await rowsOf('SELECT device_id, sequence, event_time, is_open, "date" FROM notes ORDER BY device_id')).toEqual([
      ['device_id', 'sequence', 'event_time', 'is_open', 'date'],
      ['d0', '0', '2026-11-20 00:00:00.250', 'false', '2026-11-20'],
      ['d9', undefined, undefined, undefined, '2026-11-20'],
    ]);
  });

  // https://docs.aws.amazon.com/athena/latest/ug/select.html
  test('says which object a row is from', async () => {
    const rows = await rowsOf('SELECT "$path", count(*) AS n FROM readings GROUP BY "$path" ORDER BY 1');
    expect(rows.slice(1)).toEqual([
      ['s3://lake/readings/date=2026-11-20/a.parquet', '3'],
      ['s3://lake/readings/date=2026-11-21/b.parquet', '1'],
    ]);
  });

  // https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
  test('selects with the types of the catalog, a header first, and partition keys from the path', async () => {
    expect(
      await rowsOf('SELECT device_id, sequence, event_time, temperature, is_open, "date" FROM readings ORDER BY sequence'),
    ).toEqual([
      ['device_id', 'sequence', 'event_time', 'temperature', 'is_open', 'date'],
      ['d0', '0', '2026-11-20 00:00:00.250', '0.0', 'false', '2026-11-20'],
      ['d1', '1', '2026-11-20 00:00:01.250', '0.5', 'false', '2026-11-20'],
      ['d0', '2', '2026-11-20 00:00:02.250', '1.0', 'true', '2026-11-20'],
      ['d1', '3', '2026-11-20 00:00:03.250', undefined, undefined, '2026-11-21'],
    ]);
  });

  test('reads an empty location as an empty table', async () => {
    expect(await rowsOf(`SELECT count(*) AS n, max(event_time) AS t FROM factory.empty WHERE "date" > '2026'`)).toEqual([
      ['n', 't'],
      ['0', undefined],
    ]);
  });

  test('puts the result under the output location of the workgroup', async () => {
    const { ResultConfiguration, Statistics } = await run('SELECT device_id, temperature FROM readings WHERE sequence = 3');
    const key = ResultConfiguration?.OutputLocation?.replace('s3://lake/', '') ?? '';
    expect((await store.get('lake', key)).toString()).toBe('"device_id","temperature"\n"d1",\n');
    const files = await store.listAll('lake', 'readings/date=');
    const sizes = files.filter(({ key: name }) => name.endsWith('.parquet')).map(({ size }) => size);
    expect(Statistics?.DataScannedInBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  test('gives results page by page', async () => {
    const { QueryExecutionId } = await run('SELECT sequence FROM readings ORDER BY 1');
    const pages: string[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 2, NextToken }));
      pages.push((page.ResultSet?.Rows ?? []).map(({ Data }) => Data?.[0]?.VarCharValue ?? ''));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(pages).toEqual([['sequence', '0'], ['1', '2'], ['3']]);
  });

  // https://docs.aws.amazon.com/athena/latest/ug/unload.html
  test('unloads a training channel as Parquet into a flat prefix, names and order kept', async () => {
    const trainingSet: TrainingSet = {
      doc: '',
      sql: ({ start: from, end: to }) =>
        `SELECT sequence AS label, temperature, CASE WHEN device_id = 'd0' THEN 'train' ELSE 'validation' END AS split\n` +
        `FROM readings WHERE event_time >= ${timestampLiteral(from)} AND event_time < ${timestampLiteral(to)}`,
      label: 'label',
      features: ['temperature'],
      hyperparameters: {},
      objectiveMetric: 'validation:rmse',
    };
    const select = channelSelect(trainingSet, { start: Date.UTC(2026, 10, 20), end: Date.UTC(2026, 10, 21) }, 'train');

    const execution = await run(unloadStatement(select, 's3://lake/sets/1/train/'));

    expect(execution.Status).toMatchObject({ State: 'SUCCEEDED' });
    const [object, ...others] = await store.listAll('lake', 'sets/1/');
    expect(others).toEqual([]);
    expect(object?.key).toMatch(/^sets\/1\/train\/\d{8}_\d{6}_\d{5}_\w{5}_[0-9a-f-]{36}$/);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(object?.path ?? '') });
    expect(rows.sort((a, b) => Number(a.label) - Number(b.label))).toEqual([
      { label: 0, temperature: 0 },
      { label: 2, temperature: 1 },
    ]);
    expect(Object.keys(rows[0] ?? {})).toEqual(['label', 'temperature']);
    const manifest = execution.Statistics?.DataManifestLocation?.replace('s3://lake/', '') ?? '';
    expect((await store.get('lake', manifest)).toString()).toBe(`s3://lake/${object?.key ?? ''}\n`);
    const { UpdateCount } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: execution.QueryExecutionId }));
    expect(UpdateCount).toBe(2);
  });

  test('does not unload where something lies already', async () => {
    await store.put('lake', 'taken/x', '');
    const { Status } = await run(unloadStatement('SELECT 1 AS a', 's3://lake/taken/'));
    expect(Status).toMatchObject({
      State: 'FAILED',
      StateChangeReason: expect.stringContaining('HIVE_PATH_ALREADY_EXISTS') as string,
    });
  });

  test.each([
    ['a table that is not there', 'SELECT * FROM absent', /absent/],
    ['a file that is not Parquet', 'SELECT * FROM broken', /c\.parquet/],
    ['a syntax error', 'SELECT FROM WHERE', /[Ss]yntax/],
    ['a data definition', 'CREATE TABLE x (a int)', /CREATE statements are not supported/],
    ['two statements', 'SELECT 1; SELECT 2', /one sql statement/],
    ['an option of UNLOAD', "UNLOAD (SELECT 1) TO 's3://lake/o/' WITH (format = 'ORC')", /format = 'ORC'/],
    [
      'a bucket that is not there',
      "UNLOAD (SELECT 1 AS a) TO 's3://absent/o/' WITH (format = 'PARQUET')",
      /bucket does not exist/,
    ],
    ['a file of this machine', "SELECT * FROM read_text('/etc/hostname')", /[Pp]ermission|disabled/],
  ])('fails with the reason: %s', async (_, sql, reason) => {
    const { Status } = await run(sql);
    expect(Status).toMatchObject({ State: 'FAILED', StateChangeReason: expect.stringMatching(reason) as string });
  });

  test('cancels a query that would scan more than the workgroup allows', async () => {
    const { Status } = await run('SELECT * FROM readings', { WorkGroup: 'frugal' });
    expect(Status).toMatchObject({
      State: 'CANCELLED',
      StateChangeReason: expect.stringContaining('Bytes scanned limit') as string,
    });
  });

  test('stops a query that runs, and only then', async () => {
    const id = await start('SELECT count(*) FROM range(100000) a, range(100000) b WHERE a.range * b.range % 7 = 3');
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    expect((await end(id)).Status).toMatchObject({ State: 'CANCELLED' });

    const { QueryExecutionId } = await run('SELECT 1');
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
    expect((await end(QueryExecutionId ?? '')).Status).toMatchObject({ State: 'SUCCEEDED' });
    await expect(athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  // https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
  test('starts one execution per client request token', async () => {
    const ClientRequestToken = 'a-token-of-at-least-32-characters';
    const first = await start('SELECT 1', { ClientRequestToken });
    expect(await start('SELECT 1', { ClientRequestToken })).toBe(first);
    await expect(start('SELECT 2', { ClientRequestToken })).rejects.toMatchObject({ name: 'InvalidRequestException' });
    expect((await end(first)).Status).toMatchObject({ State: 'SUCCEEDED' });
  });

  test.each([
    ['an unknown workgroup', { WorkGroup: 'absent' }],
    ['an unknown database', { QueryExecutionContext: { Database: 'absent' } }],
    ['no statement', { QueryString: ' ' }],
  ])('refuses %s', async (_, options) => {
    await expect(start('SELECT 1', options)).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  test('names an operation or an option that it does not support', async () => {
    const operation = athena.send(new ListWorkGroupsCommand({}));
    await expect(operation).rejects.toMatchObject({ message: expect.stringContaining('ListWorkGroups') as string });
    const option = start('SELECT ?', { ExecutionParameters: ['1'] });
    await expect(option).rejects.toMatchObject({ message: expect.stringContaining('ExecutionParameters') as string });
  });
});
