import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from '@aws-sdk/client-firehose';
import { DuckDBInstance } from '@duckdb/node-api';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { Column } from '../../../../core/column';
import type { Clock } from '../../../../local/aws/firehose/clock';
import type { LocalDeliveryStream } from '../../../../local/aws/firehose/delivery-stream';
import { startFirehose, type FirehoseProps, type FirehoseService } from '../../../../local/aws/firehose/service';
import type { FirehoseEvent } from '../../../../local/aws/firehose/stream-delivery';
import { ObjectStore } from '../../../../local/aws/s3/object-store';

/** Time stands still until the test moves it. */
class FakeClock implements Clock {
  timers: { readonly at: number; readonly run: () => void }[] = [];
  constructor(private ms: number) {}
  now(): number {
    return this.ms;
  }
  schedule(delayMs: number, run: () => void): () => void {
    const timer = { at: this.ms + delayMs, run };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }
  advance(ms: number): void {
    this.ms += ms;
    const due = this.timers.filter(({ at }) => at <= this.ms);
    this.timers = this.timers.filter(({ at }) => at > this.ms);
    due.forEach(({ run }) => run());
  }
}

const columns: readonly Column[] = [
  { name: 'device_id', type: 'string', doc: '' },
  { name: 'sequence', type: 'bigint', doc: '' },
  { name: 'event_time', type: 'timestamp', doc: '' },
  { name: 'temperature', type: 'double', doc: '' },
  { name: 'count', type: 'int', doc: '' },
  { name: 'is_open', type: 'boolean', doc: '' },
];
const raw: LocalDeliveryStream = {
  name: 'raw',
  bucket: 'lake',
  prefix: 'raw/',
  errorOutputPrefix: '',
  bufferSizeMiB: 1,
  bufferIntervalSeconds: 60,
  compression: 'GZIP',
};
const table: LocalDeliveryStream = {
  ...raw,
  name: 'table',
  prefix: 'table/date=!{timestamp:yyyy-MM-dd}/',
  errorOutputPrefix: 'errors/!{firehose:error-output-type}/',
  bufferSizeMiB: 64,
  compression: 'UNCOMPRESSED',
  conversion: { columns, compression: 'SNAPPY' },
};

describe('the local Firehose, through the SDK client', () => {
  let directory: string;
  let store: ObjectStore;
  let clock: FakeClock;
  let events: FirehoseEvent[];
  let waiting: (() => void)[];
  let service: FirehoseService;
  let firehose: FirehoseClient;

  const start = async (props: Partial<FirehoseProps> = {}): Promise<void> => {
    const onEvent = (event: FirehoseEvent): void => {
      events.push(event);
      waiting.splice(0).forEach((resolve) => resolve());
    };
    service = await startFirehose({ deliveryStreams: [raw, table], store, clock, onEvent, ...props });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    firehose = new FirehoseClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  };
  const nextEvent = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const put = (DeliveryStreamName: string, ...records: (string | Uint8Array)[]) =>
    firehose.send(
      new PutRecordBatchCommand({ DeliveryStreamName, Records: records.map((record) => ({ Data: Buffer.from(record) })) }),
    );

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'firehose-'));
    store = new ObjectStore(directory, ['lake']);
    clock = new FakeClock(Date.UTC(2026, 10, 20, 23, 59, 59));
    events = [];
    waiting = [];
  });
  afterEach(async () => {
    firehose.destroy();
    await service.close();
    await service.close();
    expect(clock.timers).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  test('delivers records one after the other when the interval has passed, named by the arrival of the oldest', async () => {
    await start();
    await firehose.send(new PutRecordCommand({ DeliveryStreamName: 'raw', Record: { Data: Buffer.from('one\n') } }));
    clock.advance(59_999);
    await put('raw', 'two\n', 'three\n');
    expect(service.pendingBytes()).toBe(14);

    const delivered = nextEvent();
    clock.advance(1);
    await delivered;

    const [object] = await store.listAll('lake', '');
    expect(object?.key).toMatch(/^raw\/2026\/11\/20\/23\/raw-1-2026-11-20-23-59-59-[0-9a-f-]{36}\.gz$/);
    expect(gunzipSync(await store.get('lake', object?.key ?? '')).toString()).toBe('one\ntwo\nthree\n');
    expect(service.pendingBytes()).toBe(0);
    expect(service.statistics().raw).toEqual({
      records: 3,
      payloadBytes: 14,
      billedBytes: 3 * 5120,
      rowsConverted: 0,
      rowsFailed: 0,
      objects: 1,
    });
  });

  test('delivers when the buffer is full', async () => {
    await start();
    const delivered = nextEvent();
    await put('raw', ...Array.from({ length: 3 }, () => Buffer.alloc(400_000, 'x')));
    await delivered;
    expect(events).toEqual([expect.objectContaining({ type: 'object-delivered', stream: 'raw', kind: 'data' })]);
  });

  // https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
  test('converts to Parquet that DuckDB and hyparquet read back equal, and keeps what failed', async () => {
    await start();
    const rows = [
      {
        device_id: 'é😀\u0000',
        sequence: 9007199254740991,
        event_time: '2026-11-20T01:02:03.456Z',
        temperature: 0.1,
        count: -7,
        is_open: true,
      },
      { device_id: null, sequence: -9007199254740992, event_time: null, temperature: 1e300, count: null, is_open: false },
      { device_id: '', sequence: 0, event_time: '1969-12-31T23:59:59.999Z', temperature: null, count: 2147483647, is_open: null },
    ];
    const [first, second, third] = rows.map((row) => JSON.stringify(row));
    await put('table', `${first ?? ''}${second ?? ''}`, `[1]\n${third ?? ''}\n{"count":"many"}`, Buffer.from([0x7b, 0xff]));

    await Promise.all([service.flush(), service.flush()]);

    expect(service.statistics().table).toMatchObject({ records: 3, rowsConverted: 3, rowsFailed: 3, objects: 2 });
    const [data] = await store.listAll('lake', 'table/date=2026-11-20/');
    expect(data?.key).toMatch(/\/table-1-2026-11-20-23-59-59-[0-9a-f-]{36}\.parquet$/);
    const file = await asyncBufferFromFile(data?.path ?? '');
    expect(await parquetReadObjects({ file })).toEqual(
      rows.map((row) => ({
        ...row,
        sequence: BigInt(row.sequence),
        event_time: row.event_time === null ? null : new Date(row.event_time),
      })),
    );
    const connection = await (await DuckDBInstance.create()).connect();
    const reader = await connection.runAndReadAll(
      `SELECT device_id, sequence, epoch_ms(CAST(event_time AS TIMESTAMP)), temperature, "count", is_open FROM '${data?.path ?? ''}'`,
    );
    expect(reader.getRowsJS()).toEqual(
      rows.map((row) => {
        const time = row.event_time === null ? null : BigInt(Date.parse(row.event_time));
        return [row.device_id, BigInt(row.sequence), time, row.temperature, row.count, row.is_open];
      }),
    );
    connection.closeSync();

    const [errors] = await store.listAll('lake', 'errors/format-conversion-failed/');
    const lines = (await store.get('lake', errors?.key ?? '')).toString().trim().split('\n');
    const failed = lines.map((line) => JSON.parse(line) as { rawData: string; lastErrorCode: string });
    expect(
      failed.map(({ rawData, lastErrorCode }) => [Buffer.from(rawData, 'base64').toString('latin1'), lastErrorCode]),
    ).toEqual([
      ['[1]', 'DataFormatConversion.ParseError'],
      ['{"count":"many"}', 'DataFormatConversion.MalformedData'],
      ['{ÿ', 'DataFormatConversion.ParseError'],
    ]);
    expect(failed[0]).toMatchObject({ attemptsMade: 1, arrivalTimestamp: clock.now(), attemptEndingTimestamp: clock.now() });
  });

  test('keeps trying a delivery that fails, says so, and loses nothing', async () => {
    await start();
    await put('raw', 'precious');
    jest.spyOn(store, 'put').mockRejectedValueOnce(new Error('disk full'));
    const failed = nextEvent();
    const flushed = service.flush();
    await failed;
    expect(events).toEqual([expect.objectContaining({ type: 'delivery-failed', stream: 'raw', attempts: 1, retryInMs: 100 })]);
    expect(service.pendingBytes()).toBe(8);
    clock.advance(100);
    await flushed;
    expect(service.pendingBytes()).toBe(0);
    expect(events).toHaveLength(2);
  });

  test('tells who flushes that deliveries keep failing, and keeps the records', async () => {
    await start();
    await put('raw', 'precious');
    const spy = jest.spyOn(store, 'put').mockRejectedValue(new Error('disk full'));
    const flushed = service.flush().catch((error: unknown) => error);
    for (let attempt = 1; attempt <= 5; attempt++) {
      if (events.length < attempt) {
        await nextEvent();
      }
      clock.advance(60_000);
    }
    expect(await flushed).toMatchObject({ code: 'DELIVERY_FAILED', cause: expect.any(Error) as Error });
    expect(service.pendingBytes()).toBe(8);
    spy.mockRestore();
  });

  // https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
  test('accepts the largest batch and refuses what is larger', async () => {
    await start({ quota: { bytesPerSecond: 1e9 } });
    const record = Buffer.alloc(1000 * 1024);
    await expect(put('raw', record, record, record, record)).resolves.toMatchObject({ FailedPutCount: 0 });
    await expect(put('raw', record, record, record, record, Buffer.alloc(98_305))).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
    await expect(put('raw', Buffer.alloc(1000 * 1024 + 1))).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    await expect(put('raw', ...Array.from({ length: 501 }, () => 'x'))).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
    await expect(put('raw')).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    await expect(put('absent', 'x')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(service.statistics().raw?.records).toBe(4);
  });

  // https://docs.aws.amazon.com/firehose/latest/dev/limits.html
  test('throttles at the quota, record by record, and then the whole request', async () => {
    await start({ quota: { bytesPerSecond: 100 } });
    const { FailedPutCount, RequestResponses } = await put('raw', Buffer.alloc(60), Buffer.alloc(60), Buffer.alloc(40));
    expect(FailedPutCount).toBe(1);
    expect(RequestResponses?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, 'ServiceUnavailableException', undefined]);
    await expect(put('raw', 'x')).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
    clock.advance(1000);
    await expect(put('raw', Buffer.alloc(60))).resolves.toMatchObject({ FailedPutCount: 0 });
  });

  test('describes a stream, and names an operation that it does not support', async () => {
    await start();
    const { DeliveryStreamDescription } = await firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'table' }));
    expect(DeliveryStreamDescription).toMatchObject({
      DeliveryStreamStatus: 'ACTIVE',
      Destinations: [{ ExtendedS3DestinationDescription: { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 } } }],
    });
    const list = firehose.send(new ListDeliveryStreamsCommand({}));
    await expect(list).rejects.toMatchObject({ message: expect.stringContaining('ListDeliveryStreams') as string });
  });
});

test('a prefix that cannot be evaluated stops the start and is named', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'firehose-'));
  const store = new ObjectStore(directory, ['lake']);
  const stream = { ...raw, prefix: '!{partitionKeyFromQuery:device}/' };
  await expect(startFirehose({ deliveryStreams: [stream], store })).rejects.toThrow('!{partitionKeyFromQuery:device}');
  rmSync(directory, { recursive: true });
});
