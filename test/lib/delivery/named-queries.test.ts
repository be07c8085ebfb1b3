import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance, DuckDBTimestampValue, type DuckDBConnection } from '@duckdb/node-api';
import type { Column, Row } from '../../../core/column';
import { tableColumns } from '../../../core/common-columns';
import { deviceBucket } from '../../../core/device-bucket';
import { predictionColumns } from '../../../core/predictions';
import { quarantineColumns, type QuarantineRecord } from '../../../core/quarantine';
import { defaultDomain, domainNamed, domains } from '../../../domains';
import { namedQueries } from '../../../lib/delivery/named-queries';
import { queriesReference } from '../../../lib/delivery/queries-reference';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { tableFiles, viewStatement } from '../../../local/aws/athena/views';
import { convertToParquet } from '../../../local/aws/firehose/convert';
import { RecordBuffer } from '../../../local/aws/firehose/record-buffer';
import { ObjectStore } from '../../../local/aws/s3/object-store';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = Date.now();
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const iso = (ms: number): string => new Date(ms).toISOString();
/** As DuckDB shows a time. */
const shown = (ms: number): string =>
  iso(ms)
    .replace('T', ' ')
    .replace('Z', '')
    .replace(/\.?0*$/, '');

/** A small lake on disk, seen through the tables of the catalogue. */
class SmallLake {
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'queries-'));
  private readonly store = new ObjectStore(this.directory, ['lake']);
  private instance: DuckDBInstance | undefined;
  private connection: DuckDBConnection | undefined;

  async parquet(table: string, columns: readonly Column[], file: string, arrivalMs: number, rows: readonly Row[]): Promise<void> {
    const buffer = new RecordBuffer();
    buffer.add(Buffer.from(rows.map((row) => JSON.stringify(row)).join('')), arrivalMs);
    const parquetFile = this.store.temporaryPath();
    const job = { records: buffer.pack(), columns, jsonKeys: {}, parquetFile, errorFile: this.store.temporaryPath(), now };
    expect(await convertToParquet(job)).toEqual({ rows: rows.length, failed: 0 });
    await this.store.adopt('lake', `tables/${table}/date=${day(arrivalMs)}/${file}.parquet`, parquetFile);
  }

  async quarantine(arrivalMs: number, records: readonly Partial<QuarantineRecord>[]): Promise<void> {
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    await this.store.put('lake', `quarantine/date=${day(arrivalMs)}/a.gz`, gzipSync(lines));
  }

  async open(tables: Readonly<Record<string, readonly Column[]>>): Promise<void> {
    this.instance = await DuckDBInstance.create(':memory:');
    this.connection = await this.instance.connect();
    await this.connection.run("SET TimeZone = 'UTC'");
    const partitionKeys = [{ name: 'date', type: 'string' }];
    const all = [
      ...Object.entries(tables).map(([name, columns]) => ({
        name,
        location: `s3://lake/tables/${name}/`,
        columns,
        partitionKeys,
      })),
      {
        name: 'quarantine',
        location: 's3://lake/quarantine/',
        columns: quarantineColumns,
        partitionKeys,
        format: 'json' as const,
      },
    ];
    for (const table of all) {
      const present = new Set(table.columns.map(({ name }) => name));
      const files = await tableFiles(this.store, table);
      await this.connection.run(await viewStatement(table, files, () => Promise.resolve(present), true));
    }
  }

  /** Rows as objects: numbers as numbers, times as text. */
  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const reader = await this.connection?.runAndReadAll(sql);
    const plain = (value: unknown): unknown =>
      typeof value === 'bigint' ? Number(value) : value instanceof DuckDBTimestampValue ? value.toString() : value;
    return (reader?.getRowObjects() ?? []).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
    );
  }

  close(): void {
    this.connection?.closeSync();
    this.instance?.closeSync();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

describe('the saved queries, on a small lake', () => {
  const domain = domainNamed('factory');
  const queries = new Map(namedQueries(domain).map((query) => [query.id, query.sql]));
  const lake = new SmallLake();
  const answer = (id: string): Promise<Record<string, unknown>[]> => lake.rows(queries.get(id) ?? `no query ${id}`);
  const yesterday = now - dayMs;
  /** Old enough for the training: before what is tested on, and before the embargo. */
  const measured = yesterday - 4 * dayMs;

  const reading = (device: string, sequence: number, eventMs: number, lateMs: number, more: Row = {}): Row => ({
    device_id: device,
    sequence,
    event_time: iso(eventMs),
    device_bucket: deviceBucket(device),
    arrival_time: iso(eventMs + lateMs),
    shard_id: 'shardId-000000000000',
    sequence_number: String(1_000 + sequence),
    machine: 'pump',
    state: 'running',
    ...more,
  });

  beforeAll(async () => {
    const telemetry = tableColumns(domain, 'telemetry');
    // Sequences are multiples of the training's stride, so that each reading counts there.
    const a = [3, 6, 9].map((sequence) => reading('a', sequence, measured + sequence * 60_000, 500, { load: sequence }));
    const b = reading('b', 3, measured, 2 * hourMs, { load: null });
    await lake.parquet('telemetry', telemetry, 'one', yesterday, [...a, b]);
    // Again after a crash: the same message, arrived once, delivered twice.
    await lake.parquet('telemetry', telemetry, 'two', now, [{ ...a[2], load: 10 }, reading('a', 12, now - 60_000, 90_000)]);
    const old = now - 40 * dayMs;
    await lake.parquet('telemetry', telemetry, 'old', old, [reading('c', 1, old, 0)]);
    await lake.parquet('maintenance', tableColumns(domain, 'maintenance'), 'one', yesterday, [
      reading('b', 4, measured + 10 * hourMs, 0, {
        machine: null,
        state: null,
        event: 'failure',
        component: 'bearing',
      }),
    ]);
    const bad = {
      field: 'speed',
      message: 'speed is -1',
      partition_key: 'a',
      arrival_time: iso(yesterday),
      size_bytes: 100,
      part: 0,
      parts: 1,
    };
    const long = {
      reason: 'oversized',
      message: 'too long',
      arrival_time: iso(yesterday),
      size_bytes: 5_000_000,
      parts: 2,
    } as const;
    await lake.quarantine(yesterday, [
      { ...bad, reason: 'out_of_range' },
      { ...bad, reason: 'out_of_range', partition_key: 'b' },
      { ...long, part: 0 },
      { ...long, part: 1 },
    ]);
    const scored = (device: string, sequence: number, prediction: number, scoredAt: number, version = 1): Row => ({
      device_id: device,
      sequence,
      event_time: iso(measured + sequence * 60_000),
      prediction,
      model: `job-${version}`,
      model_version: version,
      scored_at: iso(scoredAt),
    });
    await lake.parquet('predictions', predictionColumns, 'one', yesterday, [
      scored('a', 3, 0.02, yesterday),
      scored('a', 9, 0.04, yesterday),
      scored('b', 3, 0.92, yesterday),
      // Of what is not known yet.
      scored('c', 3, 0.5, yesterday),
    ]);
    await lake.open({ telemetry, maintenance: tableColumns(domain, 'maintenance'), predictions: predictionColumns });
  });
  afterAll(() => lake.close());

  it('rows per day and device', async () => {
    expect(await answer('telemetry-rows-per-day-and-device')).toMatchObject([
      { date: day(now), device_id: 'a', row_count: 2 },
      { date: day(yesterday), device_id: 'a', row_count: 3 },
      { date: day(yesterday), device_id: 'b', row_count: 1, first_event: shown(measured) },
    ]);
  });

  it('freshness and lateness', async () => {
    const [today, before] = await answer('telemetry-freshness');
    expect(today).toMatchObject({
      row_count: 2,
      worst_lateness_seconds: 90,
      mean_lateness_seconds: 45.25,
      percent_over_1_minute: 50,
    });
    expect(before).toMatchObject({
      row_count: 4,
      worst_lateness_seconds: 7_200,
      percent_over_10_minutes: 25,
      percent_over_1_hour: 25,
    });
    expect(Math.abs(Number(today?.['seconds_since_last_arrival']) - (Date.now() - (now + 30_000)) / 1000)).toBeLessThan(5);
  });

  it('duplicates by device and sequence', async () => {
    expect(await answer('telemetry-duplicates')).toMatchObject([{ device_id: 'a', sequence: 9, copies: 2 }]);
    expect(await answer('maintenance-duplicates')).toEqual([]);
  });

  it('a view without duplicates, of every row that there is', async () => {
    await answer('telemetry-deduplicated-view');
    const rows = await lake.rows(
      'SELECT device_id, sequence, load, "date" FROM telemetry_deduplicated ORDER BY device_id, sequence',
    );
    expect(rows.map((row) => [row['device_id'], row['sequence'], row['load']])).toEqual([
      ['a', 3, 3],
      ['a', 6, 6],
      ['a', 9, 9],
      ['a', 12, null],
      ['b', 3, null],
      ['c', 1, null],
    ]);
  });

  it('missing values per column, in percent', async () => {
    expect(await answer('telemetry-missing-values')).toMatchObject([
      { date: day(now), row_count: 2, load: 50, device_id: 0, temperature: 100 },
      { date: day(yesterday), row_count: 4, load: 25, device_id: 0 },
    ]);
  });

  it('the latest row per device', async () => {
    expect(await answer('telemetry-latest-per-device')).toMatchObject([
      { device_id: 'a', sequence: 12 },
      { device_id: 'b', sequence: 3 },
    ]);
  });

  it('quarantine by reason, a record in parts once', async () => {
    expect(await answer('quarantine-by-reason')).toMatchObject([
      {
        reason: 'out_of_range',
        field: 'speed',
        records: 2,
        partition_keys: 2,
        bytes: 200,
        example: 'speed is -1',
        first_arrival: shown(yesterday),
      },
      { reason: 'oversized', field: null, records: 1, bytes: 5_000_000 },
    ]);
  });

  it('the balance of the label, without duplicates and without what is not known yet', async () => {
    const rows = await answer('label-balance');
    const { testBuckets, validationBuckets } = domain.trainingSet.holdOut;
    const split = (device: string): string =>
      deviceBucket(device) < testBuckets
        ? 'test_devices'
        : deviceBucket(device) < testBuckets + validationBuckets
          ? 'validation'
          : 'train';
    const counted = rows.map((row) => [row['split'], row['fails'], row['row_count']]);
    expect(counted).toContainEqual([split('a'), 0, 3]);
    expect(counted).toContainEqual([split('b'), 1, 1]);
    expect(rows).toHaveLength(2);
  });

  it('the latest prediction per device, the worst news first', async () => {
    expect(await answer('predictions-latest-per-device')).toMatchObject([
      { device_id: 'b', sequence: 3, prediction: 0.92, model_version: 1, model: 'job-1' },
      { device_id: 'c', sequence: 3 },
      { device_id: 'a', sequence: 9, prediction: 0.04 },
    ]);
  });

  it('predictions against what happened', async () => {
    expect(await answer('predictions-against-what-happened')).toEqual([
      { model_version: 1, predicted_from: 0.9, row_count: 1, mean_prediction: 0.92, share_that_happened: 1 },
      { model_version: 1, predicted_from: 0, row_count: 2, mean_prediction: 0.03, share_that_happened: 0 },
    ]);
  });

  it('the files that the rows of the training window lie in', async () => {
    const rows = await answer('training-sources');
    expect(
      rows.map((row) => [row['table_name'], String(row['file']).replace('s3://lake/tables/', ''), row['row_count']]),
    ).toEqual([
      ['maintenance', `maintenance/date=${day(yesterday)}/one.parquet`, 1],
      ['telemetry', `telemetry/date=${day(yesterday)}/one.parquet`, 4],
      ['telemetry', `telemetry/date=${day(now)}/two.parquet`, new Date(now).getUTCMinutes() === 0 ? 1 : expect.any(Number)],
    ]);
  });
});

describe.each(Object.values(domains))('the saved queries of the domain $name', (domain) => {
  const queries = namedQueries(domain);

  it('have ids of their own, titles, and texts that Athena takes', () => {
    expect(new Set(queries.map(({ id }) => id)).size).toBe(queries.length);
    for (const { title, description, sql } of queries) {
      expect(title.length).toBeLessThanOrEqual(128);
      expect(description.length).toBeLessThanOrEqual(1_024);
      expect(Buffer.byteLength(sql)).toBeLessThanOrEqual(262_144);
    }
  });

  it('read of each table the days in which their rows can lie, but for the view', () => {
    for (const { id, sql } of queries.filter(({ id: each }) => !each.endsWith('-deduplicated-view'))) {
      const reads = [...sql.matchAll(/\bFROM (\w+)\b/g)].filter(
        ([, table = '']) => Object.hasOwn(domain.tables, table) || ['quarantine', 'predictions'].includes(table),
      );
      expect(reads.length).toBeGreaterThan(0);
      expect([id, sql.match(/"date" >= CAST\(CAST\(/g)?.length]).toEqual([id, reads.length]);
    }
  });

  it('name no time that only the template knows', () => {
    expect(queries.filter(({ sql }) => /'1[5-8]\d\d-/.test(sql)).map(({ id }) => id)).toEqual([]);
  });

  it('run on an empty lake', async () => {
    const lake = new SmallLake();
    try {
      const tables = Object.fromEntries(Object.keys(domain.tables).map((table) => [table, tableColumns(domain, table)]));
      await lake.open({ ...tables, predictions: predictionColumns });
      for (const { sql } of queries) {
        await lake.rows(sql);
      }
    } finally {
      lake.close();
    }
  });
});

describe('docs/queries.md', () => {
  it('is what the code says; npm run docs writes it', () => {
    const page = readFileSync(path.join(projectRoot, 'docs/queries.md'), 'utf8');
    expect(page).toBe(queriesReference(domainNamed(defaultDomain)));
  });
});
