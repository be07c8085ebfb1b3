import {
  DeregisterStreamConsumerCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  type StartingPosition,
  type SubscribeToShardEvent,
  type SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import type { Fault } from '../../../../local/aws/http/faults';
import type { KinesisProps } from '../../../../local/aws/kinesis/kinesis';
import { defaultLimits } from '../../../../local/aws/kinesis/limits';
import { startHarness, startTime, stream, type Harness } from './harness';

const shard = 'shardId-000000000000';
const second = 1000;
const minute = 60 * second;

/** A subscription as its reader sees it. */
class Reader {
  private readonly events: AsyncIterator<SubscribeToShardEventStream>;

  constructor(stream: AsyncIterable<SubscribeToShardEventStream>) {
    this.events = stream[Symbol.asyncIterator]();
  }

  async next(): Promise<SubscribeToShardEvent | undefined> {
    const result = await this.events.next();
    if (result.done === true) {
      return undefined;
    }
    expect(Object.keys(result.value)).toEqual(['SubscribeToShardEvent']);
    return result.value.SubscribeToShardEvent;
  }

  async texts(): Promise<readonly string[]> {
    return ((await this.next())?.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());
  }
}

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
describe('a subscription to a shard of the local Kinesis', () => {
  let kinesis: Harness;
  let ConsumerARN: string;
  afterEach(() => kinesis.close());

  const start = async (props: Partial<KinesisProps> = {}): Promise<void> => {
    kinesis = await startHarness(1, props);
    ConsumerARN = kinesis.service.createConsumer(stream, { name: 'trainer' });
  };
  const subscribe = async (position: StartingPosition, more: object = {}, abortSignal?: AbortSignal): Promise<Reader> => {
    const command = new SubscribeToShardCommand({ ConsumerARN, ShardId: shard, StartingPosition: position, ...more });
    const { EventStream } = await kinesis.client.send(command, abortSignal === undefined ? {} : { abortSignal });
    return new Reader(EventStream as AsyncIterable<SubscribeToShardEventStream>);
  };
  /** One that gets nothing but what is there; the next one may follow at once. */
  const textsFrom = async (position: StartingPosition): Promise<readonly string[]> => {
    kinesis.advance(5 * second);
    return (await subscribe(position)).texts();
  };

  test('starts at the oldest record, at the tip, at a sequence number, after one, or at a time', async () => {
    await start();
    const numbers: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      numbers.push((await kinesis.put('k', text)).sequenceNumber);
      kinesis.advance(second);
    }
    expect(await textsFrom({ Type: 'TRIM_HORIZON' })).toEqual(['one', 'two', 'three']);
    expect(await textsFrom({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: numbers[1] })).toEqual(['two', 'three']);
    expect(await textsFrom({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: numbers[1] })).toEqual(['three']);
    expect(await textsFrom({ Type: 'AT_TIMESTAMP', Timestamp: new Date(startTime + second) })).toEqual(['two', 'three']);
    kinesis.advance(5 * second);
    const latest = await subscribe({ Type: 'LATEST' });
    await kinesis.put('k', 'four');
    expect(await latest.texts()).toEqual(['four']);
  });

  test('is refused, under the name that the API gives it', async () => {
    await start();
    const position = { Type: 'LATEST' } as const;
    const invalid = { name: 'InvalidArgumentException' };
    const missing = { name: 'ResourceNotFoundException' };
    await expect(subscribe({ Type: 'AT_SEQUENCE_NUMBER' })).rejects.toMatchObject(invalid);
    await expect(subscribe({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: '7' })).rejects.toMatchObject(invalid);
    await expect(subscribe({ Type: 'AT_TIMESTAMP', Timestamp: new Date(startTime + 1) })).rejects.toMatchObject(invalid);
    await expect(subscribe({ Type: 'SOON' as 'LATEST' })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(subscribe(position, { ShardId: 'shardId-000000000009' })).rejects.toMatchObject(missing);
    await expect(subscribe(position, { ConsumerARN: 'arn:x' })).rejects.toMatchObject(missing);
    const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`;
    const { Consumer } = await kinesis.client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'new' }));
    await expect(subscribe(position, { ConsumerARN: Consumer?.ConsumerARN })).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: expect.stringContaining('CREATING') as string,
    });
  });

  test('over HTTP/1.1 is refused, and the error says why', async () => {
    await start();
    const reply = await fetch(kinesis.service.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'Kinesis_20131202.SubscribeToShard', 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ ConsumerARN, ShardId: shard, StartingPosition: { Type: 'LATEST' } }),
    });
    expect([reply.status, await reply.text()]).toEqual([
      501,
      expect.stringContaining('SubscribeToShard over HTTP/1.1') as string,
    ]);
  });

  test('pushes what arrives, says how far behind the tip it is and where to go on', async () => {
    await start({ limits: { subscribeEventBytes: 2 * 'k1'.length } });
    const numbers: string[] = [];
    for (const text of ['1', '2', '3', '4', '5']) {
      numbers.push((await kinesis.put('k', text)).sequenceNumber);
      kinesis.advance(second);
    }
    const reader = await subscribe({ Type: 'TRIM_HORIZON' });
    for (const [last, behind] of [
      [1, 4000],
      [3, 2000],
      [4, 0],
    ] as const) {
      expect(await reader.next()).toMatchObject({ ContinuationSequenceNumber: numbers[last], MillisBehindLatest: behind });
    }
    kinesis.advance(5 * second);
    expect(await textsFrom({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: numbers[3] })).toEqual(['5']);
  });

  test('sends an empty event every five seconds when nothing arrives, from whose position nothing is missed', async () => {
    await start();
    await kinesis.put('k', 'before');
    const reader = await subscribe({ Type: 'LATEST' });
    await kinesis.put('k', 'one');
    expect(await reader.texts()).toEqual(['one']);
    for (let beat = 0; beat < 3; beat++) {
      const event = reader.next();
      kinesis.advance(5 * second);
      const { Records, ContinuationSequenceNumber, MillisBehindLatest } = (await event) ?? {};
      expect([Records, MillisBehindLatest]).toEqual([[], 0]);
      if (beat === 2) {
        await kinesis.put('k', 'two');
        const next = await subscribe({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: ContinuationSequenceNumber });
        expect(await next.texts()).toEqual(['two']);
      }
    }
  });

  test('ends after five minutes', async () => {
    await start();
    const reader = await subscribe({ Type: 'LATEST' });
    for (let beat = 1; beat < 60; beat++) {
      const event = reader.next();
      kinesis.advance(5 * second);
      expect((await event)?.Records).toEqual([]);
    }
    const event = reader.next();
    kinesis.advance(5 * minute - 59 * 5 * second);
    const end = (await event) === undefined ? undefined : await reader.next();
    expect(end).toBeUndefined();
    expect(kinesis.scheduled()).toBe(0);
  });

  test('cannot be followed by another of the same consumer within five seconds; afterwards the other takes over', async () => {
    await start();
    const first = await subscribe({ Type: 'LATEST' });
    kinesis.advance(5 * second - 1);
    await expect(subscribe({ Type: 'LATEST' })).rejects.toMatchObject({ name: 'ResourceInUseException' });
    const other = kinesis.service.createConsumer(stream, { name: 'other' });
    const beside = await subscribe({ Type: 'LATEST' }, { ConsumerARN: other });
    kinesis.advance(1);
    const successor = await subscribe({ Type: 'LATEST' });
    await expect(drain(first)).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await kinesis.put('k', 'one');
    expect([await textsOf(successor), await textsOf(beside)]).toEqual([['one'], ['one']]);
  });

  test('ends when its consumer is deregistered', async () => {
    await start();
    const reader = await subscribe({ Type: 'LATEST' });
    await kinesis.client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
    await expect(drain(reader)).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await expect(subscribe({ Type: 'LATEST' })).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  test('ends at the end of the shard with the child shards, of a split and of a merge', async () => {
    await start();
    await kinesis.put('k', 'last');
    const parent = await subscribe({ Type: 'TRIM_HORIZON' });
    expect(await parent.texts()).toEqual(['last']);
    const halves = { StreamName: stream, ShardToSplit: shard, NewStartingHashKey: String(1n << 127n) };
    await kinesis.client.send(new SplitShardCommand(halves));
    const end = await parent.next();
    expect(end?.Records).toEqual([]);
    expect(end?.ContinuationSequenceNumber).toBeUndefined();
    expect(end?.ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards])).toEqual([
      ['shardId-000000000001', [shard]],
      ['shardId-000000000002', [shard]],
    ]);
    expect(await parent.next()).toBeUndefined();

    kinesis.advance(5 * second);
    const [one, other] = ['shardId-000000000001', 'shardId-000000000002'];
    await kinesis.client.send(new MergeShardsCommand({ StreamName: stream, ShardToMerge: one, AdjacentShardToMerge: other }));
    const closed = await subscribe({ Type: 'LATEST' }, { ShardId: one });
    const { ChildShards } = (await closed.next()) ?? {};
    expect(ChildShards).toMatchObject([{ ShardId: 'shardId-000000000003', ParentShards: [one, other] }]);
    expect(await closed.next()).toBeUndefined();
  });

  // https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html
  test('pushes at a rate of its own, beside what GetRecords reads and what others are pushed', async () => {
    expect(defaultLimits.subscribeBytesPerSecond).toBe(2 * 1024 * 1024);
    await start({ limits: { subscribeBytesPerSecond: 2000, subscribeEventBytes: 1000 } });
    for (let record = 0; record < 6; record++) {
      await kinesis.put('k', 'x'.repeat(999));
    }
    const reader = await subscribe({ Type: 'TRIM_HORIZON' });
    const other = kinesis.service.createConsumer(stream, { name: 'other' });
    const beside = await subscribe({ Type: 'TRIM_HORIZON' }, { ConsumerARN: other });
    expect((await kinesis.read(await kinesis.iterator(shard))).Records).toHaveLength(6);
    // A second's worth, and one event that is paid for afterwards.
    for (let event = 0; event < 3; event++) {
      expect([(await reader.next())?.Records?.length, (await beside.next())?.Records?.length]).toEqual([1, 1]);
    }
    const recordsOut = () => kinesis.service.statistics()[stream]?.recordsOut;
    const before = recordsOut();
    kinesis.advance(499);
    expect(recordsOut()).toBe(before);
    kinesis.advance(1);
    expect([(await reader.next())?.Records?.length, (await beside.next())?.Records?.length]).toEqual([1, 1]);
  });

  test('holds nothing for a reader that does not read, and ends when it has waited too long', async () => {
    await start({ limits: { writeBytesPerSecond: 1e12, subscribeBytesPerSecond: 1e12 } });
    const Records = Array.from({ length: 9 }, () => ({ PartitionKey: 'k', Data: Buffer.alloc(1024 * 1024 - 1) }));
    await kinesis.client.send(new PutRecordsCommand({ StreamName: stream, Records }));
    const reader = await subscribe({ Type: 'TRIM_HORIZON' });
    const pushed = () => kinesis.service.statistics()[stream]?.recordsOut ?? 0;
    await until(() => pushed() > 0);
    kinesis.advance(30 * second);
    let read = 0;
    for (let event = await reader.next(); event !== undefined; event = await reader.next()) {
      read += event.Records?.length ?? 0;
    }
    expect(read).toBe(pushed());
    expect(read).toBeLessThan(9);
    expect(kinesis.scheduled()).toBe(0);
  });

  test('ends when its reader goes away', async () => {
    await start();
    await kinesis.put('k', 'one');
    const leave = new AbortController();
    const reader = await subscribe({ Type: 'TRIM_HORIZON' }, {}, leave.signal);
    await reader.texts();
    expect(kinesis.scheduled()).toBeGreaterThan(0);
    leave.abort();
    await until(() => kinesis.scheduled() === 0);
  });
});

describe('a subscription with faults', () => {
  let kinesis: Harness;
  let fault: Fault | undefined;
  let ConsumerARN: string;
  beforeEach(async () => {
    kinesis = await startHarness(1, { faults: ({ operation }) => (operation === 'SubscribeToShard' ? fault : undefined) });
    ConsumerARN = kinesis.service.createConsumer(stream, { name: 'trainer' });
    await kinesis.put('k', 'one');
  });
  afterEach(() => kinesis.close());

  const subscribe = async (): Promise<Reader> => {
    const StartingPosition = { Type: 'TRIM_HORIZON' } as const;
    const command = new SubscribeToShardCommand({ ConsumerARN, ShardId: shard, StartingPosition });
    return new Reader((await kinesis.client.send(command)).EventStream as AsyncIterable<SubscribeToShardEventStream>);
  };

  test('is cut while it is open', async () => {
    fault = { drop: 'reply', delayMs: 20 };
    const reader = await subscribe();
    expect(await reader.texts()).toEqual(['one']);
    await expect(reader.next()).rejects.toThrow();
    await until(() => kinesis.scheduled() === 0);
  });

  test('is open and silent, and ends when its life is over', async () => {
    fault = { hang: true };
    const reader = await subscribe();
    const event = reader.next();
    for (let beat = 0; beat < 60; beat++) {
      kinesis.advance(5 * second);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await event).toBeUndefined();
  });
});

const textsOf = (reader: Reader) => reader.texts();

/** Reads to the end. */
async function drain(reader: Reader): Promise<void> {
  while ((await reader.next()) !== undefined);
}

/** Waits while the event loop turns. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
