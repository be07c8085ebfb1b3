import {
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import type { KinesisProps } from '../../../../local/aws/kinesis/kinesis';
import { startHarness as startWired, stream, texts, type Harness } from './harness';
import { wires } from './wires';

const id = (shard: number): string => `shardId-${String(shard).padStart(12, '0')}`;
const middle = String(1n << 127n);

describe.each(wires)('resharding the local Kinesis, in %s', (wire) => {
  const startHarness = (shards: number, props?: Partial<KinesisProps>) => startWired(shards, props, wire);
  let kinesis: Harness;
  afterEach(() => kinesis.close());

  const split = (ShardToSplit: string, NewStartingHashKey: string) =>
    kinesis.client.send(new SplitShardCommand({ StreamName: stream, ShardToSplit, NewStartingHashKey }));
  const merge = (ShardToMerge: string, AdjacentShardToMerge: string) =>
    kinesis.client.send(new MergeShardsCommand({ StreamName: stream, ShardToMerge, AdjacentShardToMerge }));
  const scale = (TargetShardCount: number) =>
    kinesis.client.send(new UpdateShardCountCommand({ StreamName: stream, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }));
  const listed = async (more: object = {}) => (await kinesis.shards(more)).map(({ ShardId }) => ShardId);

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html
  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html (ChildShards, NextShardIterator)
  test('a split closes the parent; its reader gets the rest, the children, and no further iterator', async () => {
    kinesis = await startHarness(1);
    const before = await kinesis.put('a', 'to the parent');
    await split(id(0), middle);
    const after = await kinesis.put('a', 'to the child');
    expect(after.shardId).toBe(id(1));
    expect(BigInt(after.sequenceNumber)).toBeGreaterThan(BigInt(before.sequenceNumber));
    const [parent, lower, upper] = await kinesis.shards();
    expect(parent?.SequenceNumberRange?.EndingSequenceNumber).toMatch(/^\d{56}$/);
    expect(lower).toMatchObject({ ShardId: id(1), ParentShardId: id(0), HashKeyRange: { StartingHashKey: '0' } });
    expect(upper).toMatchObject({ ShardId: id(2), ParentShardId: id(0), HashKeyRange: { StartingHashKey: middle } });
    expect(lower?.SequenceNumberRange?.EndingSequenceNumber).toBeUndefined();
    expect(BigInt(lower?.SequenceNumberRange?.StartingSequenceNumber ?? 0)).toBeGreaterThan(
      BigInt(parent?.SequenceNumberRange?.EndingSequenceNumber ?? 0),
    );
    const last = await kinesis.read(await kinesis.iterator(id(0)));
    expect(texts(last)).toEqual(['to the parent']);
    expect(last.NextShardIterator).toBeUndefined();
    expect(last.MillisBehindLatest).toBe(0);
    expect(last.ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards])).toEqual([
      [id(1), [id(0)]],
      [id(2), [id(0)]],
    ]);
    expect(texts(await kinesis.read(await kinesis.iterator(id(1))))).toEqual(['to the child']);
    const ended = await kinesis.read(await kinesis.iterator(id(0), 'LATEST'));
    expect([texts(ended), ended.NextShardIterator]).toEqual([[], undefined]);
    const end = parent?.SequenceNumberRange?.EndingSequenceNumber;
    const atEnd = await kinesis.read(await kinesis.iterator(id(0), 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber: end }));
    expect(atEnd.ChildShards).toHaveLength(2);
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MergeShards.html
  test('a merge joins two neighbours into a child with two parents', async () => {
    kinesis = await startHarness(3);
    await expect(merge(id(0), id(2))).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    await merge(id(1), id(0));
    const child = (await kinesis.shards()).at(-1);
    expect(child).toMatchObject({ ShardId: id(3), ParentShardId: id(1), AdjacentParentShardId: id(0) });
    expect(child?.HashKeyRange?.StartingHashKey).toBe('0');
    const end = await kinesis.read(await kinesis.iterator(id(0)));
    expect(end.ChildShards).toMatchObject([{ ShardId: id(3), ParentShards: [id(1), id(0)] }]);
    kinesis.advance(1000);
    await expect(merge(id(1), id(3))).rejects.toMatchObject({ name: 'InvalidArgumentException' });
  });

  // https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding-split.html
  test('while the stream is UPDATING it is read and written but not changed again', async () => {
    kinesis = await startHarness(1);
    await split(id(0), middle);
    const status = async () =>
      (await kinesis.client.send(new DescribeStreamSummaryCommand({ StreamName: stream }))).StreamDescriptionSummary
        ?.StreamStatus;
    expect(await status()).toBe('UPDATING');
    await kinesis.put('a', 'x');
    await expect(split(id(1), '1000')).rejects.toMatchObject({ name: 'ResourceInUseException' });
    kinesis.advance(1000);
    expect(await status()).toBe('ACTIVE');
    await expect(split(id(0), middle)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    await expect(split(id(1), middle)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    await split(id(1), '1000');
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
  test('UpdateShardCount leaves shards of equal size, up to double and down to half', async () => {
    kinesis = await startHarness(4);
    await expect(scale(9)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(scale(1)).rejects.toMatchObject({ name: 'LimitExceededException' });
    expect(await scale(6)).toMatchObject({ CurrentShardCount: 4, TargetShardCount: 6 });
    const open = await kinesis.shards({ ShardFilter: { Type: 'AT_LATEST' } });
    const starts = open.map(({ HashKeyRange }) => BigInt(HashKeyRange?.StartingHashKey ?? -1));
    const size = (1n << 128n) / 6n;
    expect(starts.sort((one, other) => (one < other ? -1 : 1))).toEqual([0, 1, 2, 3, 4, 5].map((at) => size * BigInt(at)));
    kinesis.advance(1000);
    await scale(3);
    expect(await listed({ ShardFilter: { Type: 'AT_LATEST' } })).toHaveLength(3);
  });

  test('UpdateShardCount works ten times a day', async () => {
    kinesis = await startHarness(2);
    for (let time = 0; time < 10; time++) {
      await scale(time % 2 === 0 ? 4 : 2);
      kinesis.advance(1000);
    }
    await expect(scale(4)).rejects.toMatchObject({ name: 'LimitExceededException' });
    kinesis.advance(24 * 60 * 60 * 1000);
    await scale(4);
  });

  test('a stream on demand has four shards and refuses to be resharded by hand', async () => {
    kinesis = await startHarness(1, { streams: [{ name: stream, shards: 0, mode: 'ON_DEMAND', retentionHours: 24 }] });
    expect(await listed()).toEqual([0, 1, 2, 3].map(id));
    for (const refused of [split(id(0), '1000'), merge(id(0), id(1)), scale(8)]) {
      await expect(refused).rejects.toMatchObject({ name: 'ValidationException' });
    }
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
  test('every shard filter selects the shards that the documentation says', async () => {
    kinesis = await startHarness(1);
    const hour = 60 * 60 * 1000;
    kinesis.advance(hour);
    await split(id(0), middle);
    const atSplit = new Date(kinesis.now());
    kinesis.advance(hour);
    await merge(id(1), id(2));
    kinesis.advance(hour);
    const filter = (Type: string, more: object = {}) => listed({ ShardFilter: { Type, ...more } });
    expect(await filter('AT_TRIM_HORIZON')).toEqual([id(0)]);
    expect(await filter('FROM_TRIM_HORIZON')).toEqual([0, 1, 2, 3].map(id));
    expect(await filter('AT_LATEST')).toEqual([id(3)]);
    expect(await filter('AFTER_SHARD_ID', { ShardId: id(1) })).toEqual([id(2), id(3)]);
    const between = new Date(atSplit.getTime() + hour / 2);
    expect(await filter('AT_TIMESTAMP', { Timestamp: between })).toEqual([id(1), id(2)]);
    expect(await filter('FROM_TIMESTAMP', { Timestamp: between })).toEqual([id(1), id(2), id(3)]);
    expect(await filter('AT_TIMESTAMP', { Timestamp: new Date(0) })).toEqual([id(0)]);
    for (const [Type, more] of [
      ['AFTER_SHARD_ID', {}],
      ['AT_TIMESTAMP', {}],
      ['AT_LATEST', { ShardId: id(1) }],
      ['FROM_TRIM_HORIZON', { Timestamp: between }],
    ] as const) {
      await expect(filter(Type, more)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    }
    // A day after the split the parent has nothing left to read, and is no longer listed.
    kinesis.advance(24 * hour - 2 * hour + 1);
    expect(await filter('FROM_TRIM_HORIZON')).toEqual([1, 2, 3].map(id));
    await expect(kinesis.iterator(id(0))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html
  test('ListShards is paged; its token stands alone and expires after five minutes', async () => {
    kinesis = await startHarness(5);
    const list = (input: object) => kinesis.client.send(new ListShardsCommand(input));
    const first = await list({ StreamName: stream, MaxResults: 2, ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: id(0) } });
    expect(first.Shards?.map(({ ShardId }) => ShardId)).toEqual([id(1), id(2)]);
    const second = await list({ NextToken: first.NextToken, MaxResults: 2 });
    expect(second.Shards?.map(({ ShardId }) => ShardId)).toEqual([id(3), id(4)]);
    expect(second.NextToken).toBeUndefined();
    await expect(list({ NextToken: first.NextToken, StreamName: stream })).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
    await expect(list({ NextToken: 'made up' })).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    kinesis.advance(5 * 60 * 1000 + 1);
    await expect(list({ NextToken: first.NextToken })).rejects.toMatchObject({ name: 'ExpiredNextTokenException' });
  });

  // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html
  test('DescribeStream gives the stream and a page of its shards', async () => {
    kinesis = await startHarness(3);
    const describe = new DescribeStreamCommand({ StreamName: stream, Limit: 2, ExclusiveStartShardId: id(0) });
    const { StreamDescription } = await kinesis.client.send(describe);
    expect(StreamDescription).toMatchObject({
      StreamName: stream,
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/telemetry',
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      HasMoreShards: false,
      StreamCreationTimestamp: new Date(kinesis.now()),
    });
    expect(StreamDescription?.Shards?.map(({ ShardId }) => ShardId)).toEqual([id(1), id(2)]);
  });
});
