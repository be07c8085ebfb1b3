import { PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { KinesisProps } from '../../../../local/aws/kinesis/kinesis';
import { startHarness as startWired, stream, texts, type Harness } from './harness';
import { wires } from './wires';

describe.each(wires)('writing to the local Kinesis, in %s', (wire) => {
  const startHarness = (shards: number, props?: Partial<KinesisProps>) => startWired(shards, props, wire);
  let kinesis: Harness;
  afterEach(() => kinesis.close());

  const putRecords = (records: readonly { key: string; data: Uint8Array; hash?: string }[]) =>
    kinesis.client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: records.map(({ key, data, hash }) => ({
          PartitionKey: key,
          Data: data,
          ...(hash === undefined ? {} : { ExplicitHashKey: hash }),
        })),
      }),
    );
  const bytes = (size: number): Uint8Array => Buffer.alloc(size, 'x');

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
  test('PutRecords answers in the order of the request, and a shard gives the records back as they came', async () => {
    kinesis = await startHarness(2);
    const records = ['a', 'b', 'a', 'ü "quoted"\n'].map((key, at) => ({ key, data: Buffer.from([0, 255, at]) }));
    const reply = await putRecords(records);
    expect(reply.FailedRecordCount).toBe(0);
    expect(reply.Records?.[0]?.ShardId).toBe(reply.Records?.[2]?.ShardId);
    const read = [];
    for (const { ShardId } of await kinesis.shards()) {
      read.push(...((await kinesis.read(await kinesis.iterator(String(ShardId)))).Records ?? []));
    }
    for (const [at, { SequenceNumber }] of (reply.Records ?? []).entries()) {
      const found = read.find((record) => record.SequenceNumber === SequenceNumber);
      expect(found?.PartitionKey).toBe(records[at]?.key);
      expect([...(found?.Data ?? [])]).toEqual([0, 255, at]);
      expect(found?.ApproximateArrivalTimestamp?.getTime()).toBe(kinesis.now());
    }
  });

  // https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
  test('a partition key goes to the shard whose range has its MD5, an explicit hash key overrides it', async () => {
    kinesis = await startHarness(4);
    // md5('b') starts with 9, md5('a') with 0: the third and the first quarter of the hash keys.
    expect((await kinesis.put('b', 'x')).shardId).toBe('shardId-000000000002');
    expect((await kinesis.put('a', 'x')).shardId).toBe('shardId-000000000000');
    const reply = await putRecords([{ key: 'a', data: bytes(1), hash: (2n ** 128n - 1n).toString() }]);
    expect(reply.Records?.[0]?.ShardId).toBe('shardId-000000000003');
    await expect(putRecords([{ key: 'a', data: bytes(1), hash: (2n ** 128n).toString() }])).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
  });

  // https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#sequence-number
  test('sequence numbers are decimal numbers of 56 digits that rise within a shard', async () => {
    kinesis = await startHarness(1);
    const numbers = [];
    for (let count = 0; count < 5; count++) {
      numbers.push((await kinesis.put(`key-${count}`, 'x')).sequenceNumber);
      kinesis.advance(-1000);
    }
    expect(numbers.every((number) => /^\d{56}$/.test(number))).toBe(true);
    expect(numbers.map(BigInt)).toEqual(numbers.map(BigInt).sort((one, other) => (one < other ? -1 : 1)));
    expect(new Set(numbers).size).toBe(5);
  });

  // https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
  test('a shard takes 1,000 records per second; the others fail one by one and succeed a second later', async () => {
    kinesis = await startHarness(1);
    const records = Array.from({ length: 500 }, (_, at) => ({ key: `key-${at}`, data: bytes(1) }));
    expect((await putRecords(records)).FailedRecordCount).toBe(0);
    expect((await putRecords(records.slice(0, 400))).FailedRecordCount).toBe(0);
    const reply = await putRecords(records);
    expect(reply.FailedRecordCount).toBe(400);
    expect(reply.Records?.[99]?.SequenceNumber).toBeDefined();
    expect(reply.Records?.[100]).toMatchObject({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: 'Rate exceeded for shard shardId-000000000000 in stream telemetry under account 000000000000.',
    });
    await expect(kinesis.put('a', 'x')).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    kinesis.advance(1000);
    expect((await putRecords(records.slice(100))).FailedRecordCount).toBe(0);
    expect(kinesis.service.statistics()[stream]).toMatchObject({ recordsIn: 1400, throttledWrites: 401 });
  });

  test('a shard takes 1 MiB per second, partition keys included', async () => {
    kinesis = await startHarness(1);
    const reply = await putRecords([
      { key: 'k', data: bytes(1024 * 1024 - 1) },
      { key: 'k', data: bytes(0) },
    ]);
    expect(reply.Records?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, 'ProvisionedThroughputExceededException']);
    kinesis.advance(1);
    expect((await putRecords([{ key: 'k', data: bytes(1000) }])).FailedRecordCount).toBe(0);
  });

  // https://docs.aws.amazon.com/streams/latest/dev/large-records.html
  test('a record of 10 MiB, where the stream allows it, is paid off at the shard’s usual rate', async () => {
    kinesis = await startHarness(1, { limits: { recordBytes: 10 * 1024 * 1024 } });
    expect((await putRecords([{ key: 'k', data: bytes(10 * 1024 * 1024 - 1) }])).FailedRecordCount).toBe(0);
    kinesis.advance(9000);
    expect((await putRecords([{ key: 'k', data: bytes(1) }])).FailedRecordCount).toBe(1);
    kinesis.advance(1);
    expect((await putRecords([{ key: 'k', data: bytes(1) }])).FailedRecordCount).toBe(0);
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html (Request Parameters, Errors)
  test('what the API forbids is refused as a whole, under the name that the API gives it, and nothing is stored', async () => {
    kinesis = await startHarness(1);
    const one = { key: 'k', data: bytes(1) };
    const refused = async (records: readonly { key: string; data: Uint8Array; hash?: string }[]): Promise<string> =>
      putRecords(records).then(
        () => 'accepted',
        (error: unknown) => (error as Error).name,
      );
    expect(await refused([])).toBe('ValidationException');
    expect(await refused(Array.from({ length: 501 }, () => one))).toBe('ValidationException');
    expect(await refused([one, { key: '', data: bytes(1) }])).toBe('ValidationException');
    expect(await refused([one, { key: 'k'.repeat(257), data: bytes(1) }])).toBe('ValidationException');
    expect(await refused([one, { key: 'k', data: bytes(1024 * 1024) }])).toBe('InvalidArgumentException');
    expect(await refused(Array.from({ length: 11 }, () => ({ key: 'k', data: bytes(1000 * 1024) })))).toBe(
      'InvalidArgumentException',
    );
    await expect(
      kinesis.client.send(new PutRecordCommand({ StreamName: 'nobody', PartitionKey: 'k', Data: bytes(1) })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: expect.stringContaining('nobody') as string });
    expect(kinesis.service.statistics()[stream]?.recordsIn).toBe(0);
  });

  test('a stream can be named by its ARN, alone or beside its name', async () => {
    kinesis = await startHarness(1, { account: '123456789012', region: 'eu-west-1' });
    const StreamARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry';
    await kinesis.client.send(new PutRecordCommand({ StreamARN, PartitionKey: 'k', Data: Buffer.from('by ARN') }));
    expect(texts(await kinesis.read(await kinesis.iterator('shardId-000000000000')))).toEqual(['by ARN']);
    await expect(
      kinesis.client.send(new PutRecordCommand({ StreamARN, StreamName: 'other', PartitionKey: 'k', Data: bytes(1) })),
    ).rejects.toMatchObject({ name: 'InvalidArgumentException' });
  });
});
