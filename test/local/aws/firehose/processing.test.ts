import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Clock } from '../../../../local/aws/firehose/clock';
import type { LocalDeliveryStream } from '../../../../local/aws/firehose/delivery-stream';
import { ObjectWriter } from '../../../../local/aws/firehose/object-writer';
import { ParquetConverter } from '../../../../local/aws/firehose/converter';
import type { InvokeFunction } from '../../../../local/aws/firehose/processing';
import { StreamDelivery } from '../../../../local/aws/firehose/stream-delivery';
import { ObjectStore } from '../../../../local/aws/s3/object-store';

interface Event {
  readonly records: readonly { readonly recordId: string; readonly approximateArrivalTimestamp: number; readonly data: string }[];
}

const now = Date.UTC(2026, 10, 20, 12);
const stream: LocalDeliveryStream = {
  name: 'raw',
  bucket: 'lake',
  prefix: 'raw/',
  errorOutputPrefix: 'errors/!{firehose:error-output-type}/',
  bufferSizeMiB: 1,
  bufferIntervalSeconds: 60,
  compression: 'UNCOMPRESSED',
  processing: { functionArn: 'arn:f', bufferSizeMiB: 0.001, bufferIntervalSeconds: 60, retries: 3 },
};

// https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
describe('a delivery stream with a function', () => {
  let directory: string;
  let store: ObjectStore;
  let timers: { at: number; run: () => void }[];
  const clock: Clock = {
    now: () => now,
    schedule: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
  };
  const deliveryWith = (invoke: InvokeFunction): StreamDelivery =>
    new StreamDelivery(stream, new ObjectWriter(store, new ParquetConverter()), clock, () => undefined, invoke);
  const text = async (prefix: string): Promise<string> => {
    const objects = await store.listAll('lake', prefix);
    const bodies = await Promise.all(objects.map(({ key }) => store.get('lake', key)));
    return bodies.map(String).join('');
  };
  const failures = async (): Promise<Record<string, unknown>[]> =>
    (await text('errors/processing-failed/'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const upper = (data: string): string => Buffer.from(Buffer.from(data, 'base64').toString().toUpperCase()).toString('base64');

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'processing-'));
    store = new ObjectStore(directory, ['lake']);
    timers = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('delivers what the function makes of the records, leaves out what it drops, and keeps what it cannot transform', async () => {
    const events: Event[] = [];
    const delivery = deliveryWith((_arn, event) => {
      events.push(event as Event);
      const records = (event as Event).records.map(({ recordId, data }, index) => ({
        recordId,
        result: ['Ok', 'Dropped', 'ProcessingFailed', 'Ok', 'Perhaps'][index],
        data: upper(data),
      }));
      return Promise.resolve({ records: records.slice(0, 5).reverse() });
    });
    ['a', 'b', 'c', 'd', 'e', 'f'].forEach((record) => delivery.add(Buffer.from(record)));
    expect(delivery.pendingBytes()).toBe(6);
    await delivery.flush();
    expect(await text('raw/')).toBe('AD');
    expect(await failures()).toMatchObject([
      { rawData: 'Yw==', errorCode: 'Lambda.ProcessingFailedStatus', attemptsMade: 1, arrivalTimestamp: now, lambdaArn: 'arn:f' },
      { rawData: 'ZQ==', errorCode: 'Lambda.FunctionError' },
      { rawData: 'Zg==', errorCode: 'Lambda.MissingRecordId' },
    ]);
    expect(events).toMatchObject([
      { records: expect.arrayContaining([expect.objectContaining({ approximateArrivalTimestamp: now })]) as object[] },
    ]);
    expect(delivery.pendingBytes()).toBe(0);
    expect(delivery.statistics()).toMatchObject({ records: 6, rowsFailed: 3, objects: 2 });
    await delivery.close();
    expect(timers).toEqual([]);
  });

  test('calls the function when its buffer is full, or when the interval has passed', async () => {
    const sizes: number[] = [];
    const delivery = deliveryWith((_arn, event) => {
      const { records } = event as Event;
      sizes.push(records.length);
      return Promise.resolve({ records: records.map((record) => ({ ...record, result: 'Ok' })) });
    });
    [600, 600, 100].forEach((size) => delivery.add(Buffer.alloc(size, 'x')));
    expect(timers.map(({ at }) => at - now)).toEqual([60_000]);
    timers.forEach(({ run }) => run());
    await delivery.flush();
    expect(sizes).toEqual([2, 1]);
    expect((await text('raw/')).length).toBe(1_300);
    await delivery.close();
  });

  test('calls a function that fails three times more, and then keeps the records', async () => {
    let calls = 0;
    const failing = deliveryWith(() => Promise.reject(new Error(`out of order ${++calls}`)));
    failing.add(Buffer.from('precious'));
    await failing.flush();
    expect(await failures()).toMatchObject([
      { errorCode: 'Lambda.FunctionError', errorMessage: 'Error: out of order 4', attemptsMade: 4 },
    ]);
    await failing.close();

    let tries = 0;
    const recovering = deliveryWith((_arn, event) => {
      tries += 1;
      return tries < 3
        ? Promise.resolve('nonsense')
        : Promise.resolve({ records: (event as Event).records.map((record) => ({ ...record, result: 'Ok' })) });
    });
    recovering.add(Buffer.from('precious'));
    await recovering.flush();
    expect(await text('raw/')).toBe('precious');
    await recovering.close();
  });
});
