import { FirehoseClient } from '@aws-sdk/client-firehose';
import { DeliveryRefusedError, putLimits, type DeliveryPort } from '../../../../consumer/pipeline/delivery/delivery-port';
import { FirehoseDelivery } from '../../../../consumer/pipeline/delivery/firehose-delivery';
import { MemoryDelivery, type Trouble } from '../../../../consumer/pipeline/delivery/memory-delivery';
import { maxFirehoseRecordBytes } from '../../../../consumer/pipeline/pack';
import { AwsError } from '../../../../local/aws/http/aws-error';
import { startJsonService } from '../../../../local/aws/http/json-service';

interface Subject {
  readonly port: DeliveryPort;
  readonly accepted: () => readonly string[];
  /** What the next request meets. */
  trouble: Trouble | undefined;
  close(): Promise<void>;
}

async function memory(): Promise<Subject> {
  const port: MemoryDelivery = new MemoryDelivery(['known'], () => subject.trouble);
  const accepted = (): readonly string[] => (port.accepted.get('known') ?? []).map(String);
  const subject: Subject = { port, accepted, trouble: undefined, close: async () => undefined };
  return subject;
}

/** A service that answers as the API reference of PutRecordBatch says. */
async function firehose(): Promise<Subject> {
  const accepted: string[] = [];
  const service = await startJsonService({
    name: 'firehose',
    targetPrefix: 'Firehose_20150804',
    operations: {
      PutRecordBatch: (input) => {
        const { DeliveryStreamName: stream, Records: records } = input as {
          DeliveryStreamName: string;
          Records: readonly { Data: string }[];
        };
        const data = records.map((record) => Buffer.from(record.Data, 'base64'));
        if (stream !== 'known') {
          throw new AwsError('ResourceNotFoundException', `Firehose ${stream} not found under account 000000000000.`);
        }
        const bytes = data.reduce((sum, { length }) => sum + length, 0);
        if (
          data.length > putLimits.records ||
          bytes > putLimits.bytes ||
          data.some(({ length }) => length > maxFirehoseRecordBytes)
        ) {
          throw new AwsError('InvalidArgumentException', 'beyond the limits');
        }
        const { trouble } = subject;
        if (trouble !== undefined && 'unavailable' in trouble) {
          throw new AwsError(trouble.unavailable, 'Slow down.', 503);
        }
        const failed = new Set(trouble?.failed);
        accepted.push(...data.filter((_, index) => !failed.has(index)).map(String));
        return {
          FailedPutCount: failed.size,
          Encrypted: false,
          RequestResponses: data.map((_, index) =>
            failed.has(index) ? { ErrorCode: 'InternalFailure', ErrorMessage: 'again' } : { RecordId: `r${index}` },
          ),
        };
      },
    },
  });
  const client = new FirehoseClient({
    region: 'eu-central-1',
    endpoint: service.endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  const close = async (): Promise<void> => {
    client.destroy();
    await service.close();
  };
  const subject: Subject = { port: new FirehoseDelivery(client), accepted: () => accepted, trouble: undefined, close };
  return subject;
}

describe.each([
  ['in memory', memory],
  ['by Firehose', firehose],
])('delivery %s', (_, create) => {
  let subject: Subject;
  const never = new AbortController().signal;
  const records = ['a\n', 'é\n', 'c\n'].map((text) => Buffer.from(text));

  beforeEach(async () => {
    subject = await create();
  });
  afterEach(async () => {
    await subject.close();
  });

  test('accepts records, bytes unchanged and in order', async () => {
    await expect(subject.port.put('known', records, never)).resolves.toEqual({ type: 'answered', failed: [] });
    expect(subject.accepted()).toEqual(['a\n', 'é\n', 'c\n']);
  });

  test('reads views, not the buffers that they look into', async () => {
    await subject.port.put('known', [Buffer.from('xxabcyy').subarray(2, 5)], never);
    expect(subject.accepted()).toEqual(['abc']);
  });

  test('names the records that failed in an answer that is no error', async () => {
    subject.trouble = { failed: [0, 2] };
    await expect(subject.port.put('known', records, never)).resolves.toEqual({
      type: 'answered',
      failed: [
        { index: 0, code: 'InternalFailure' },
        { index: 2, code: 'InternalFailure' },
      ],
    });
    expect(subject.accepted()).toEqual(['é\n']);
  });

  test('says when the service throttles', async () => {
    subject.trouble = { unavailable: 'ServiceUnavailableException' };
    const outcome = await subject.port.put('known', records, never);
    expect(outcome).toMatchObject({ type: 'unavailable', code: 'ServiceUnavailableException' });
    expect(subject.accepted()).toEqual([]);
  });

  test('refuses records for a delivery stream that does not exist', async () => {
    const put = subject.port.put('unknown', records, never);
    await expect(put).rejects.toThrow(DeliveryRefusedError);
    await expect(put).rejects.toMatchObject({ code: 'delivery_refused', reason: 'ResourceNotFoundException', stream: 'unknown' });
  });

  test('refuses a request beyond the limits', async () => {
    const many = Array.from({ length: putLimits.records + 1 }, () => Buffer.from('x'));
    await expect(subject.port.put('known', many, never)).rejects.toMatchObject({ reason: 'InvalidArgumentException' });
    const large = [Buffer.alloc(maxFirehoseRecordBytes + 1, 'x')];
    await expect(subject.port.put('known', large, never)).rejects.toMatchObject({ reason: 'InvalidArgumentException' });
  });

  test('gives a request up when told to', async () => {
    const outcome = await subject.port.put('known', records, AbortSignal.abort());
    expect(outcome).toMatchObject({ type: 'unavailable', code: 'AbortError' });
    expect(subject.accepted()).toEqual([]);
  });
});

test('a Firehose that cannot be reached is unavailable, not broken', async () => {
  const subject = await firehose();
  await subject.close();
  const outcome = await subject.port.put('known', [Buffer.from('x')], new AbortController().signal);
  expect(outcome).toMatchObject({ type: 'unavailable' });
});

test.each([
  ['fewer responses than records', { FailedPutCount: 1, RequestResponses: [{ ErrorCode: 'InternalFailure' }] }],
  [
    'a count of failures that no response accounts for',
    { FailedPutCount: 1, RequestResponses: [{ RecordId: 'a' }, { RecordId: 'b' }] },
  ],
])('an answer with %s counts for nothing: all is sent again', async (_, answer) => {
  const client = { send: async () => answer } as unknown as FirehoseClient;
  const records = [Buffer.from('a'), Buffer.from('b')];
  const outcome = await new FirehoseDelivery(client).put('known', records, new AbortController().signal);
  expect(outcome).toMatchObject({ type: 'unavailable', code: 'IncompleteResponse' });
});
