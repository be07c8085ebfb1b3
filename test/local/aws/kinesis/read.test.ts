import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { KinesisProps } from '../../../../local/aws/kinesis/kinesis';
import { startHarness as startWired, startTime, stream, texts, type Harness } from './harness';
import { wires } from './wires';

const shard = 'shardId-000000000000';

describe.each(wires)('reading from the local Kinesis, in %s', (wire) => {
  const startHarness = (shards: number, props?: Partial<KinesisProps>) => startWired(shards, props, wire);
  let kinesis: Harness;
  afterEach(() => kinesis.close());

  const putMany = async (count: number, size: number): Promise<void> => {
    const Records = Array.from({ length: count }, (_, at) => ({ PartitionKey: 'k', Data: Buffer.alloc(size, at) }));
    expect((await kinesis.client.send(new PutRecordsCommand({ StreamName: stream, Records }))).FailedRecordCount).toBe(0);
  };
  const unthrottled = { writeBytesPerSecond: 1e12, writeRecordsPerSecond: 1e12 };

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
  describe('an iterator', () => {
    test('starts at the oldest record, at the tip, at a sequence number, after one, or at a time', async () => {
      kinesis = await startHarness(1, { limits: { iteratorCallsPerSecond: 100, readCallsPerSecond: 100 } });
      const numbers = [];
      for (const text of ['one', 'two', 'three']) {
        numbers.push((await kinesis.put('k', text)).sequenceNumber);
        kinesis.advance(1000);
      }
      const from = async (...args: Parameters<Harness['iterator']>) => texts(await kinesis.read(await kinesis.iterator(...args)));
      expect(await from(shard, 'TRIM_HORIZON')).toEqual(['one', 'two', 'three']);
      expect(await from(shard, 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber: numbers[1] })).toEqual(['two', 'three']);
      expect(await from(shard, 'AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber: numbers[1] })).toEqual(['three']);
      expect(await from(shard, 'AT_TIMESTAMP', { Timestamp: new Date(startTime + 1) })).toEqual(['two', 'three']);
      expect(await from(shard, 'AT_TIMESTAMP', { Timestamp: new Date(startTime + 1000) })).toEqual(['two', 'three']);
      const [described] = await kinesis.shards();
      const { StartingSequenceNumber } = described?.SequenceNumberRange ?? {};
      expect(await from(shard, 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber })).toHaveLength(3);
      const latest = await kinesis.iterator(shard, 'LATEST');
      await kinesis.put('k', 'four');
      expect(texts(await kinesis.read(latest))).toEqual(['four']);
    });

    test('cannot start at a sequence number that the shard never gave, nor in the future', async () => {
      kinesis = await startHarness(2, { limits: { iteratorCallsPerSecond: 100 } });
      const [one, two] = await kinesis.shards();
      const foreign = two?.SequenceNumberRange?.StartingSequenceNumber;
      const notYet = String(BigInt(one?.SequenceNumberRange?.StartingSequenceNumber ?? 0) + (1n << 80n));
      for (const StartingSequenceNumber of [foreign, notYet, '7', 'x', undefined]) {
        await expect(kinesis.iterator(shard, 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber })).rejects.toMatchObject({
          name: 'InvalidArgumentException',
        });
      }
      const Timestamp = new Date(startTime + 5000);
      await expect(kinesis.iterator(shard, 'AT_TIMESTAMP', { Timestamp })).rejects.toMatchObject({
        name: 'InvalidArgumentException',
      });
      await expect(kinesis.iterator('shardId-000000000009')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      await expect(kinesis.iterator(shard, 'SOON' as 'LATEST')).rejects.toMatchObject({ name: 'ValidationException' });
    });

    test('expires after five minutes, and is refused when it was made up', async () => {
      kinesis = await startHarness(1);
      const iterator = await kinesis.iterator(shard);
      kinesis.advance(5 * 60 * 1000);
      expect((await kinesis.read(iterator)).NextShardIterator).toBeDefined();
      kinesis.advance(1);
      await expect(kinesis.read(iterator)).rejects.toMatchObject({ name: 'ExpiredIteratorException' });
      const forged = Buffer.from(iterator, 'base64');
      forged.writeUInt8(forged.readUInt8(forged.length - 3) ^ 1, forged.length - 3);
      for (const made of [forged.toString('base64'), 'AAAA', '%']) {
        await expect(kinesis.read(made)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
      }
    });
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
  test('GetRecords pages through a shard and says how far behind the tip it is', async () => {
    kinesis = await startHarness(1);
    for (const text of ['one', 'two', 'three']) {
      await kinesis.put('k', text);
      kinesis.advance(1000);
    }
    const first = await kinesis.read(await kinesis.iterator(shard), 2);
    expect(texts(first)).toEqual(['one', 'two']);
    expect(first.MillisBehindLatest).toBe(2000);
    const second = await kinesis.read(first.NextShardIterator, 2);
    expect(texts(second)).toEqual(['three']);
    expect(second.MillisBehindLatest).toBe(0);
    expect(texts(await kinesis.read(second.NextShardIterator))).toEqual([]);
    await expect(kinesis.read(second.NextShardIterator, 10_001)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  // https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
  test('a shard answers five GetRecords calls and five GetShardIterator calls per second', async () => {
    kinesis = await startHarness(1);
    let iterator: string | undefined = await kinesis.iterator(shard);
    for (let call = 0; call < 5; call++) {
      iterator = (await kinesis.read(iterator)).NextShardIterator;
    }
    await expect(kinesis.read(iterator)).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    for (let call = 1; call < 5; call++) {
      await kinesis.iterator(shard);
    }
    await expect(kinesis.iterator(shard)).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    kinesis.advance(200);
    await kinesis.read(iterator);
    expect(kinesis.service.statistics()[stream]?.throttledReads).toBe(2);
  });

  test('a reply holds at most 10 MiB, and after one of 10 MiB nothing can be read for five seconds', async () => {
    kinesis = await startHarness(1, { limits: unthrottled });
    await putMany(10, 1024 * 1024 - 1);
    await putMany(1, 1024 * 1024 - 1);
    const full = await kinesis.read(await kinesis.iterator(shard));
    expect(full.Records).toHaveLength(10);
    kinesis.advance(4999);
    await expect(kinesis.read(full.NextShardIterator)).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    kinesis.advance(1);
    expect((await kinesis.read(full.NextShardIterator)).Records).toHaveLength(1);
  });

  test('a reply holds at most 10,000 records', async () => {
    // The whole of it once is enough.
    const most = wire === 'JSON' ? 10_000 : 1000;
    kinesis = await startHarness(1, { limits: { ...unthrottled, ...(wire === 'JSON' ? {} : { getRecordsCount: most }) } });
    for (let put = 0; put < most + 500; put += 500) {
      await putMany(500, 10);
    }
    const full = await kinesis.read(await kinesis.iterator(shard));
    expect(full.Records).toHaveLength(most);
    expect(full.MillisBehindLatest).toBeGreaterThan(0);
    expect((await kinesis.read(full.NextShardIterator)).Records).toHaveLength(500);
    expect(kinesis.service.statistics()[stream]).toMatchObject({ recordsOut: most + 500, bytesOut: (most + 500) * 11 });
  });

  // https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html
  test('records are gone when their retention has passed, and an iterator before them goes on behind them', async () => {
    kinesis = await startHarness(1);
    const { sequenceNumber } = await kinesis.put('k', 'old');
    kinesis.advance(12 * 60 * 60 * 1000);
    await kinesis.put('k', 'new');
    kinesis.advance(12 * 60 * 60 * 1000);
    expect(texts(await kinesis.read(await kinesis.iterator(shard)))).toEqual(['old', 'new']);
    kinesis.advance(1000);
    expect(texts(await kinesis.read(await kinesis.iterator(shard)))).toEqual(['new']);
    const behind = await kinesis.iterator(shard, 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber: sequenceNumber });
    expect(texts(await kinesis.read(behind))).toEqual(['new']);
    expect(kinesis.service.statistics()[stream]?.shards[0]?.recordsHeld).toBe(1);
  });
});
