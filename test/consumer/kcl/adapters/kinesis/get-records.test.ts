import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { getRecords } from '../../../../../consumer/kcl/adapters/kinesis/get-records';
import { parseRecordsReply } from '../../../../../consumer/kcl/adapters/kinesis/records-reply';
import { startKinesis, type KinesisService } from '../../../../../local/aws/kinesis/kinesis';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const region = 'us-east-1';

describe('getRecords', () => {
  let service: KinesisService;
  let client: KinesisClient;

  beforeAll(async () => {
    service = await startKinesis({ streams: [{ name: 'telemetry', shards: 1, mode: 'PROVISIONED', retentionHours: 24 }] });
    client = new KinesisClient({ endpoint: service.endpoint, region, credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await service.close();
  });

  async function iterator(): Promise<string> {
    const reply = await client.send(
      new GetShardIteratorCommand({
        StreamName: 'telemetry',
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    return reply.ShardIterator ?? '';
  }

  test('reads what the SDK reads, whatever the bytes and the characters', async () => {
    const samples = [
      { data: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), key: 'every byte' },
      { data: Buffer.from([0xff]), key: 'ключ "quoted" \\ and 設備 🛰' },
      { data: Buffer.alloc(5000, 'x'), key: ' ' },
    ];
    await client.send(
      new PutRecordsCommand({
        StreamName: 'telemetry',
        Records: samples.map(({ data, key }) => ({ Data: data, PartitionKey: key })),
      }),
    );
    const bySdk = await client.send(new GetRecordsCommand({ ShardIterator: await iterator(), Limit: 10 }));
    const ours = await getRecords(client, { ShardIterator: await iterator(), Limit: 10 }, undefined);
    expect(ours.records.map(({ data, partitionKey }) => ({ data: Buffer.from(data), key: partitionKey }))).toEqual(samples);
    expect(ours.records.map((record) => [record.sequenceNumber, record.arrivalTimeMs])).toEqual(
      (bySdk.Records ?? []).map((record) => [record.SequenceNumber, record.ApproximateArrivalTimestamp?.getTime()]),
    );
    expect(ours.bytes).toBe(256 + 1 + 5000);
    expect(ours.millisBehindLatest).toBe(bySdk.MillisBehindLatest);
    expect(ours.nextIterator).toEqual(expect.any(String));
  });

  test("gives the service's own time, whole seconds, from the header Date", async () => {
    const { streamTimeMs } = await getRecords(client, { ShardIterator: await iterator() }, undefined);
    expect(Math.abs((streamTimeMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect((streamTimeMs ?? NaN) % 1000).toBe(0);
  });

  test("leaves the service's errors to the SDK", async () => {
    await expect(getRecords(client, { ShardIterator: 'no iterator' }, undefined)).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
  });

  test('ends when it is told to', async () => {
    await expect(getRecords(client, { ShardIterator: await iterator() }, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test('reads over HTTP/1.1 as well, and says so when something else than a stream answers', async () => {
    const proxy = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    const { port } = proxy.address() as AddressInfo;
    const requestHandler = new NodeHttpHandler();
    const overHttp1 = new KinesisClient({ endpoint: service.endpoint, region, credentials, requestHandler });
    const toProxy = new KinesisClient({
      endpoint: `http://127.0.0.1:${port}`,
      region,
      credentials,
      requestHandler,
      maxAttempts: 1,
    });
    try {
      const reply = await getRecords(overHttp1, { ShardIterator: await iterator() }, undefined);
      expect(reply.records.length).toBeGreaterThan(0);
      await expect(getRecords(toProxy, { ShardIterator: 'x' }, undefined)).rejects.toThrow('something that is not JSON');
    } finally {
      overHttp1.destroy();
      toProxy.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    }
  });
});

describe('parseRecordsReply', () => {
  const parse = (reply: unknown): ReturnType<typeof parseRecordsReply> => parseRecordsReply(Buffer.from(JSON.stringify(reply)));

  test('tells the end of a shard by its children and the missing iterator', () => {
    const child = { ShardId: 'shardId-000000000001', ParentShards: ['shardId-000000000000'] };
    expect(parse({ Records: [], MillisBehindLatest: 0, ChildShards: [child], NextShardIterator: null })).toEqual({
      records: [],
      bytes: 0,
      nextIterator: undefined,
      millisBehindLatest: 0,
      children: [child],
    });
  });

  test.each([
    ['a reply without records', {}, 'without Records'],
    ['null', null, 'without Records'],
    ['a record without data', { Records: [{ SequenceNumber: '1', PartitionKey: 'k' }] }, 'without Data'],
    ['a record that is null', { Records: [null] }, 'without Data'],
  ])('refuses %s', (_name, reply, message) => {
    expect(() => parse(reply)).toThrow(message);
  });

  test('keeps milliseconds exact', () => {
    const record = { SequenceNumber: '1', PartitionKey: 'k', Data: '', ApproximateArrivalTimestamp: 1763700000.123 };
    expect(parse({ Records: [record] }).records[0]?.arrivalTimeMs).toBe(1763700000123);
  });
});
