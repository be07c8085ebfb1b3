import {
  DeregisterStreamConsumerCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { KinesisFanOutApi, type FanOutConsumerId } from '../../../../consumer/kcl/adapters/kinesis/fan-out-api';
import { KinesisStreamApi } from '../../../../consumer/kcl/adapters/kinesis/kinesis-stream-api';
import type { Subscription, SubscriptionEvent } from '../../../../consumer/kcl/ports/fan-out-api';
import type { IteratorPosition } from '../../../../consumer/kcl/ports/stream-api';
import { startKinesis, type KinesisService } from '../../../../local/aws/kinesis/kinesis';
import type { Limits } from '../../../../local/aws/kinesis/limits';

const stream = 'telemetry';
type Records = Extract<SubscriptionEvent, { kind: 'records' }>;

describe('enhanced fan-out over HTTP/2, by the client of the SDK', () => {
  let service: KinesisService;
  let client: KinesisClient;
  let shardId: string;
  let aheadMs: number;
  const connections: AbortController[] = [];

  async function start(limits: Partial<Limits> = {}): Promise<void> {
    aheadMs = 0;
    service = await startKinesis({
      clock: () => Date.now() + aheadMs,
      streams: [{ name: stream, shards: 1, mode: 'PROVISIONED', retentionHours: 24 }],
      limits: { consumerChangeMs: 50, updatingMs: 0, heartbeatMs: 100, ...limits },
    });
    client = new KinesisClient({
      endpoint: service.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    const { Shards } = await client.send(new ListShardsCommand({ StreamName: stream }));
    shardId = Shards?.[0]?.ShardId ?? '';
  }

  afterEach(async () => {
    connections.splice(0).forEach((connection) => connection.abort());
    client.destroy();
    await service.close();
  });

  const api = (consumer: FanOutConsumerId = { consumerName: 'app' }): KinesisFanOutApi =>
    new KinesisFanOutApi({ client, stream, api: new KinesisStreamApi(client, stream), consumer });

  async function activeConsumer(): Promise<string> {
    const fanOut = api();
    for (;;) {
      const found = await fanOut.findConsumer();
      if (found.kind === 'active') {
        return found.consumerArn;
      }
      expect(found).toEqual({ kind: 'pending' });
      // Twenty calls a second are allowed.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function subscribe(arn: string, from: IteratorPosition, shard = shardId): ReturnType<KinesisFanOutApi['subscribe']> {
    const connection = new AbortController();
    connections.push(connection);
    return api().subscribe(arn, shard, from, connection.signal);
  }

  async function subscribed(arn: string, from: IteratorPosition): Promise<Subscription> {
    const result = await subscribe(arn, from);
    if (result.kind !== 'subscribed') {
      throw new Error(`not subscribed: ${result.kind}`);
    }
    return result.subscription;
  }

  const put = (...texts: readonly string[]): Promise<unknown> =>
    client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: texts.map((text) => ({ PartitionKey: 'key', Data: Buffer.from(text) })),
      }),
    );

  /** Events until one that matches, that one included. */
  async function until(subscription: Subscription, matches: (event: SubscriptionEvent) => boolean): Promise<SubscriptionEvent[]> {
    const events: SubscriptionEvent[] = [];
    for (;;) {
      const event = await subscription.next();
      events.push(event);
      if (matches(event)) {
        return events;
      }
      expect(event.kind).toBe('records');
    }
  }

  const texts = (events: readonly SubscriptionEvent[]): string[] =>
    events.flatMap((event) =>
      event.kind === 'records' ? event.batch.records.map(({ data }) => Buffer.from(data).toString()) : [],
    );
  const last = (text: string) => (event: SubscriptionEvent) => texts([event]).at(-1) === text;

  it('registers the consumer once, waits until it is active, and finds it again', async () => {
    await start();
    expect(await api().findConsumer()).toEqual({ kind: 'pending' });
    const arn = await activeConsumer();
    expect(arn).toMatch(/:stream\/telemetry\/consumer\/app:\d+$/);
    expect(await api().findConsumer()).toEqual({ kind: 'active', consumerArn: arn });
  });

  it('asks nothing about a consumer whose ARN it is given', async () => {
    await start();
    const consumerArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/telemetry/consumer/other:1';
    expect(await api({ consumerArn }).findConsumer()).toEqual({ kind: 'active', consumerArn });
    expect(await subscribe(consumerArn, { type: 'LATEST' })).toMatchObject({ kind: 'impossible', reason: 'consumer-missing' });
  });

  it('says so when the stream has as many consumers as it may have', async () => {
    await start({ consumersPerStream: 0 });
    expect(await api().findConsumer()).toMatchObject({ kind: 'impossible', reason: 'consumer-limit' });
  });

  it('gets what was there, what arrives, and heartbeats, and goes on where the last event said', async () => {
    await start({ resubscribeAfterMs: 0 });
    const arn = await activeConsumer();
    await put('a', 'b');
    const first = await subscribed(arn, { type: 'TRIM_HORIZON' });
    expect(texts(await until(first, last('b')))).toEqual(['a', 'b']);
    await put('c');
    const [event] = (await until(first, last('c'))).slice(-1) as [Records];
    expect(event.batch.records).toEqual([
      {
        partitionKey: 'key',
        sequenceNumber: expect.stringMatching(/^\d{56}$/) as string,
        subSequenceNumber: 0,
        data: expect.any(Uint8Array) as Uint8Array,
        arrivalTimeMs: expect.any(Number) as number,
      },
    ]);
    const heartbeat = (await first.next()) as Records;
    expect(heartbeat).toMatchObject({ kind: 'records', bytes: 0, batch: { records: [], millisBehindLatest: 0 } });
    await put('d');
    const second = await subscribed(arn, { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: heartbeat.continueAfter ?? '' });
    expect(texts(await until(second, last('d')))).toEqual(['d']);
    expect((await until(first, ({ kind }) => kind !== 'records')).at(-1)).toEqual({ kind: 'taken-over' });
  });

  it('is refused a second subscription within five seconds', async () => {
    await start();
    const arn = await activeConsumer();
    await subscribed(arn, { type: 'LATEST' });
    expect(await subscribe(arn, { type: 'LATEST' })).toMatchObject({ kind: 'busy' });
  });

  it('is told when the life of a subscription is over', async () => {
    await start({ subscriptionLifetimeMs: 250 });
    const subscription = await subscribed(await activeConsumer(), { type: 'LATEST' });
    const events = await until(subscription, ({ kind }) => kind !== 'records');
    expect(events.at(-1)).toEqual({ kind: 'expired' });
  });

  it('gets the children at the end of a shard', async () => {
    await start();
    const subscription = await subscribed(await activeConsumer(), { type: 'TRIM_HORIZON' });
    await put('a');
    await client.send(
      new SplitShardCommand({ StreamName: stream, ShardToSplit: shardId, NewStartingHashKey: String(2n ** 127n) }),
    );
    const events = await until(subscription, (event) => event.kind === 'records' && event.continueAfter === undefined);
    expect(texts(events)).toEqual(['a']);
    expect((events.at(-1) as Records).children.map(({ parentShardIds }) => parentShardIds)).toEqual([[shardId], [shardId]]);
  });

  it('tells a shard that is gone from a consumer that is gone', async () => {
    await start();
    const arn = await activeConsumer();
    expect(await subscribe(arn, { type: 'LATEST' }, 'shardId-000000000009')).toEqual({ kind: 'gone' });
    await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN: arn }));
    aheadMs += 60;
    expect(await subscribe(arn, { type: 'LATEST' })).toMatchObject({ kind: 'impossible', reason: 'consumer-missing' });
  });

  it('ends at once when it is cancelled', async () => {
    await start({ heartbeatMs: 60_000 });
    const subscription = await subscribed(await activeConsumer(), { type: 'LATEST' });
    const next = subscription.next().catch(() => 'failed');
    connections.at(-1)?.abort();
    expect(['failed', { kind: 'expired' }]).toContainEqual(await next);
  });

  it('holds back what is not asked for, whatever there is', async () => {
    await start({ writeBytesPerSecond: Infinity, subscribeBytesPerSecond: Infinity, subscriberPatienceMs: 60_000 });
    const subscription = await subscribed(await activeConsumer(), { type: 'TRIM_HORIZON' });
    const text = 'x'.repeat(900_000);
    for (let i = 0; i < 30; i += 1) {
      await put(`${i}${text}`);
    }
    await subscription.next();
    const before = process.memoryUsage().arrayBuffers;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    const events = await until(subscription, (event) => texts([event]).at(-1)?.startsWith('29x') === true);
    expect(texts(events).at(-1)?.startsWith('29x')).toBe(true);
  });
});
