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
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Column } from '../../../../core/column';
import { examplesSelect, timestampLiteral, unloadStatement, type TrainingSet } from '../../../../core/training-set';
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
    const { ResultConfiguration } = await run('SELECT device_id, temperature FROM readings WHERE sequence = 3');
    const key = ResultConfiguration?.OutputLocation?.replace('s3://lake/', '') ?? '';
    expect((await store.get('lake', key)).toString()).toBe('"device_id","temperature"\n"d1",\n');
  });

  // https://docs.aws.amazon.com/athena/latest/ug/performance-tuning-data-optimization-techniques.html
  test('counts as scanned the columns that a query needs, of the partitions that its conditions leave', async () => {
    const sizes = new Map<string, number>();
    for (const { key, path: file } of await store.listAll('lake', 'readings/date=')) {
      if (key.endsWith('.parquet')) {
        const { row_groups: groups } = await parquetMetadataAsync(await asyncBufferFromFile(file));
        for (const { meta_data: chunk } of groups.flatMap(({ columns: chunks }) => chunks)) {
          const of = `${key.split('/')[1] ?? ''} ${chunk?.path_in_schema.join('.') ?? ''}`;
          sizes.set(of, Number(chunk?.total_compressed_size ?? 0));
        }
      }
    }
    const size = (...chunks: readonly string[]): number => chunks.reduce((sum, chunk) => sum + (sizes.get(chunk) ?? 0), 0);
    const scanned = async (sql: string): Promise<number | undefined> => (await run(sql)).Statistics?.DataScannedInBytes;
    const [first, second] = ['date=2026-11-20', 'date=2026-11-21'];

    expect(await scanned('SELECT device_id FROM readings')).toBe(size(`${first} device_id`, `${second} device_id`));
    expect(await scanned('SELECT count(*) FROM readings WHERE temperature > 0')).toBe(
      size(`${first} temperature`, `${second} temperature`),
    );
    expect(await scanned(`SELECT device_id, max(sequence) FROM readings WHERE "date" >= '2026-11-21' GROUP BY device_id`)).toBe(
      size(`${second} device_id`, `${second} sequence`),
    );
    const before = `CAST(CAST(TIMESTAMP '2026-11-22 00:00:00' - INTERVAL '2' DAY AS date) AS varchar)`;
    expect(await scanned(`SELECT device_id FROM readings r WHERE r."date" <= ${before} AND r."date" > '2026-11-01'`)).toBe(
      size(`${first} device_id`),
    );
    expect(await scanned(`SELECT a.device_id FROM readings a JOIN notes n ON n.sequence = a.sequence`)).toBe(
      size(...[first, second].flatMap((day) => [`${day} device_id`, `${day} sequence`])) +
        (await store.head('lake', 'notes/date=2026-11-20/a.gz')).size,
    );
    expect(await scanned(`SELECT device_id FROM readings WHERE "date" > '2027'`)).toBe(0);
    expect(await scanned('SELECT 1')).toBe(0);
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
  test('unloads a training set as Parquet into a flat folder per split, names and order kept', async () => {
    const trainingSet: TrainingSet = {
      doc: '',
      sql: ({ window: { end: to, start: from } }) =>
        `SELECT device_id, sequence, event_time, sequence AS label, temperature, CASE WHEN device_id = 'd0' THEN 5 ELSE 15 END AS device_bucket\n` +
        `FROM readings WHERE event_time >= ${timestampLiteral(from)} AND event_time < ${timestampLiteral(to)}`,
      scoringSql: () => '',
      label: 'label',
      features: ['temperature'],
      holdOut: { testBuckets: 1, validationBuckets: 9 },
      baseline: { doc: '', kind: 'mean' },
      hyperparameters: {},
      objectiveMetric: 'validation:rmse',
    };
    const window = { start: Date.UTC(2026, 10, 20), end: Date.UTC(2026, 10, 21) };
    const select = examplesSelect(trainingSet, { window, arrivedBefore: window.end });

    const execution = await run(unloadStatement(select, 's3://lake/sets/1/', 'split'));

    expect(execution.Status).toMatchObject({ State: 'SUCCEEDED' });
    const objects = await store.listAll('lake', 'sets/1/');
    expect(objects.map(({ key }) => key.replace(/\d{8}_\d{6}_\d{5}_\w{5}_[0-9a-f-]{36}$/, 'file'))).toEqual([
      'sets/1/split=train/file',
      'sets/1/split=validation/file',
    ]);
    const rows = await Promise.all(
      objects.map(async (object) => parquetReadObjects({ file: await asyncBufferFromFile(object.path) })),
    );
    expect(rows).toEqual([
      [
        { label: 1, temperature: 0.5 },
        { label: 3, temperature: null },
      ],
      [
        { label: 0, temperature: 0 },
        { label: 2, temperature: 1 },
      ],
    ]);
    expect(Object.keys(rows[0]?.[0] ?? {})).toEqual(['label', 'temperature']);
    const manifest = execution.Statistics?.DataManifestLocation?.replace('s3://lake/', '') ?? '';
    expect((await store.get('lake', manifest)).toString()).toBe(objects.map(({ key }) => `s3://lake/${key}\n`).join(''));
    const { UpdateCount } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: execution.QueryExecutionId }));
    expect(UpdateCount).toBe(4);
  });

  test('unloads to one place when no partition is asked for, and nothing when there are no rows', async () => {
    const { Status } = await run(unloadStatement('SELECT sequence FROM readings WHERE sequence < 2', 's3://lake/plain/'));
    expect(Status).toMatchObject({ State: 'SUCCEEDED' });
    const [object, ...others] = await store.listAll('lake', 'plain/');
    expect([object?.key.split('/').length, others]).toEqual([2, []]);
    for (const partition of [undefined, 'split'] as const) {
      const select = "SELECT sequence, 'a' AS split FROM readings WHERE sequence > 9";
      expect((await run(unloadStatement(select, 's3://lake/none/', partition))).Status).toMatchObject({ State: 'SUCCEEDED' });
    }
    expect(await store.listAll('lake', 'none/')).toEqual([]);
  });

  test('writes the same bytes for the same rows, in the order of the statement, however many threads write', async () => {
    const rows = 200_000;
    const select = `SELECT (range * 7919) % ${rows} AS place, 'device-' || range AS device,
      CASE WHEN range % 3 = 0 THEN 'validation' ELSE 'train' END AS split FROM range(${rows}) ORDER BY place`;
    const etags: string[][] = [];
    for (const folder of ['first', 'second']) {
      const { Status } = await run(unloadStatement(select, `s3://lake/${folder}/`, 'split'));
      expect(Status).toMatchObject({ State: 'SUCCEEDED' });
      etags.push((await store.listAll('lake', `${folder}/`)).map(({ etag }) => etag));
    }
    expect(etags[0]).toHaveLength(2);
    expect(etags[1]).toEqual(etags[0]);
    for (const { path: file } of await store.listAll('lake', 'first/')) {
      const places = (await parquetReadObjects({ file: await asyncBufferFromFile(file), columns: ['place'] })).map(({ place }) =>
        Number(place),
      );
      expect(places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0))).toBe(true);
    }
  });

  test('names the folder of rows without a value as Hive does, and encodes what a key could not hold', async () => {
    const select = "SELECT 1 AS a, x AS split FROM (VALUES ('a/b c'), (CAST(NULL AS varchar))) AS t(x)";
    expect((await run(unloadStatement(select, 's3://lake/odd/', 'split'))).Status).toMatchObject({ State: 'SUCCEEDED' });
    const folders = (await store.listAll('lake', 'odd/')).map(({ key }) => key.split('/').slice(0, -1).join('/'));
    expect(folders).toEqual(['odd/split=__HIVE_DEFAULT_PARTITION__', 'odd/split=a%2Fb%20c']);
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
    ['a format of UNLOAD', "UNLOAD (SELECT 1) TO 's3://lake/o/' WITH (format = 'ORC')", /format = 'ORC' is not supported/],
    [
      'another property of UNLOAD',
      "UNLOAD (SELECT 1) TO 's3://lake/o/' WITH (format = 'PARQUET', field_delimiter = ',')",
      /field_delimiter = ',' is not supported/,
    ],
    [
      'partitions by several columns',
      "UNLOAD (SELECT 1) TO 's3://lake/o/' WITH (format = 'PARQUET', partitioned_by = ARRAY['a', 'b'])",
      /partitioned_by = ARRAY\['a', 'b'\] is not supported/,
    ],
    ['what is no property', "UNLOAD (SELECT 1) TO 's3://lake/o/' WITH (format = 'PARQUET', 5)", /mismatched input: 5/],
    [
      'a partition column that is not the last one',
      "UNLOAD (SELECT 'a' AS split, 1 AS a) TO 's3://lake/o/' WITH (format = 'PARQUET', partitioned_by = ARRAY['split'])",
      /HIVE_COLUMN_ORDER_MISMATCH/,
    ],
    [
      'a partition column alone',
      "UNLOAD (SELECT 'a' AS split) TO 's3://lake/o/' WITH (format = 'PARQUET', partitioned_by = ARRAY['split'])",
      /only partition columns/,
    ],
    [
      'too many partitions',
      "UNLOAD (SELECT 1 AS a, range AS split FROM range(101)) TO 's3://lake/o/' WITH (format = 'PARQUET', partitioned_by = ARRAY['split'])",
      /Exceeded limit of 100 open writers/,
    ],
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
