import * as fc from 'fast-check';
import type { KclEvent } from '../../../../../consumer/kcl';
import { TRIM_HORIZON, type Position } from '../../../../../consumer/kcl/decisions/position';
import { VirtualClock } from '../../../../../consumer/kcl/in-memory/virtual-clock';
import type { ReadReport, ShardReader } from '../../../../../consumer/kcl/ports/shard-source';
import { PollingSource } from '../../../../../consumer/kcl/runtime/reading/polling-source';
import { FanOutSource } from '../../../../../consumer/kcl/runtime/fan-out/fan-out-source';
import { ScriptedFanOut } from './scripted-fan-out';

/** Reads a shard as the runtime does: one batch after the other, each dealt with before the next is asked for. */
class Reading {
  readonly clock = new VirtualClock();
  readonly shard = new ScriptedFanOut(this.clock);
  readonly events: KclEvent[] = [];
  readonly reports: ReadReport[] = [];
  readonly seen: string[] = [];
  idles = 0;
  children: readonly string[] | undefined;
  outcome: unknown;
  /** How long a batch takes to be dealt with, in milliseconds. */
  processMs = 0;
  reserved = 0;
  readonly stop = new AbortController();
  private readonly source = new FanOutSource({
    api: this.shard,
    clock: this.clock,
    random: () => 0.5,
    emit: (event) => void this.events.push(event),
    silenceTimeMs: 15_000,
    retryAfterMs: 300_000,
    idleReadIntervalMs: 1000,
    polling: new PollingSource({
      ...{ api: this.shard, clock: this.clock, random: () => 0.5, readIntervalMs: 200, idleReadIntervalMs: 1000 },
      ...{ maxRecordsPerRead: 10_000, startTimestampMs: undefined },
    }),
  });

  start(startAfter: Position = TRIM_HORIZON): this {
    const { shardId } = this.shard;
    const reader = this.source.open({
      shardId,
      startAfter,
      report: (report) => void this.reports.push(report),
      memory: {
        reserve: async (bytes) => {
          this.reserved += bytes;
          return { bytes, settle: () => undefined, release: () => void (this.reserved -= bytes) };
        },
      },
    });
    void this.consume(reader).catch((error: unknown) => (this.outcome = error));
    return this;
  }

  eventsOf<T extends KclEvent['type']>(type: T): readonly Extract<KclEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<KclEvent, { type: T }> => event.type === type);
  }

  /** Everything that was put, once and in order. */
  expectAll(): void {
    expect(this.seen).toEqual(this.shard.records.map(({ sequenceNumber }) => sequenceNumber));
  }

  private async consume(reader: ShardReader): Promise<void> {
    for (;;) {
      const result = await reader.read(this.stop.signal);
      if (result.kind !== 'records') {
        this.children = result.kind === 'end' ? result.children.map(({ shardId }) => shardId) : undefined;
        this.outcome = result.kind;
        return;
      }
      this.idles += result.batch.records.length === 0 ? 1 : 0;
      this.seen.push(...result.batch.records.map(({ sequenceNumber }) => sequenceNumber));
      await this.clock.sleep(this.processMs);
      result.reservation?.release();
    }
  }
}

describe('reading a shard by enhanced fan-out', () => {
  let reading: Reading;
  beforeEach(() => (reading = new Reading()));
  afterEach(async () => {
    reading.stop.abort();
    await reading.clock.advance(1000);
    expect(reading.clock.sleepers).toBe(0);
    expect(reading.reserved).toBe(0);
  });

  it('gives what is pushed at once, and subscribes anew after five minutes without losing or repeating a record', async () => {
    reading.shard.put(4);
    reading.start();
    for (let second = 0; second < 700; second += 1) {
      await reading.clock.advance(1000);
      reading.shard.put(second % 3);
    }
    await reading.clock.advance(10);
    reading.expectAll();
    expect(reading.shard.subscribedAtMs).toEqual([0, 300_000, 600_000]);
    expect(reading.eventsOf('subscription-ended').map(({ reason, lastedMs }) => [reason, lastedMs])).toEqual([
      ['expired', 300_000],
      ['expired', 300_000],
    ]);
    expect(reading.shard.polls).toBe(0);
    expect(reading.reports.filter(({ kind }) => kind !== 'waiting')).toEqual([]);
  });

  it('asks again for its consumer when the question is not answered', async () => {
    const { shard } = reading;
    const ask = shard.findConsumer.bind(shard);
    let asked = 0;
    shard.findConsumer = () => {
      asked += 1;
      return asked === 1 ? new Promise(() => undefined) : ask();
    };
    shard.put(3);
    reading.start();
    await reading.clock.advance(14_000);
    expect(reading.seen).toEqual([]);
    await reading.clock.advance(3_000);
    reading.expectAll();
    expect(reading.reports.map(({ kind }) => kind)).toEqual(['read-failed']);
  });

  it('goes on where the last event said, which may be past the last record', async () => {
    reading.shard.put(2);
    reading.start();
    await reading.clock.advance(20_000);
    reading.shard.break(new Error('connection reset'));
    await reading.clock.advance(20_000);
    expect(reading.shard.startedFrom).toEqual([
      { type: 'TRIM_HORIZON' },
      { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '1000015' },
    ]);
    expect(reading.reports).toEqual([expect.objectContaining({ kind: 'read-failed', waitMs: 750 })]);
    reading.expectAll();
  });

  it('reads the record of the checkpoint again, for it may be an aggregate', async () => {
    reading.shard.put(3);
    reading.start({ sequenceNumber: '1000010', subSequenceNumber: 0 });
    await reading.clock.advance(100);
    expect(reading.shard.startedFrom).toEqual([{ type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '1000010' }]);
    expect(reading.seen).toEqual(['1000010', '1000020']);
  });

  it.each([
    ['subscribes anew', 1, 0],
    ['polls', 1, 3],
  ])('passes over nothing when a subscription from LATEST gives nothing, and it %s', async (_what, breaking, refused) => {
    reading.shard.put(2);
    await reading.clock.advance(100_000);
    reading.shard.breaking = breaking;
    reading.start({ sequenceNumber: 'LATEST', subSequenceNumber: 0 });
    await reading.clock.advance(0);
    reading.shard.subscribeScript = Array.from({ length: refused }, () => new Error('internal failure'));
    reading.shard.put(1);
    await reading.clock.advance(60_000);
    expect(reading.seen).toEqual(['1000020']);
    expect(reading.eventsOf('fan-out-fell-back')).toHaveLength(refused > 0 ? 1 : 0);
  });

  it('ends with the child shards that the last event names', async () => {
    reading.start();
    await reading.clock.advance(1000);
    reading.shard.put(4);
    const hashRange = { startingHashKey: '0', endingHashKey: '1' };
    reading.shard.close([{ shardId: 'child', parentShardIds: [reading.shard.shardId], hashRange, closed: false }]);
    await reading.clock.advance(1000);
    reading.expectAll();
    expect([reading.outcome, reading.children]).toEqual(['end', ['child']]);
    expect(reading.eventsOf('subscription-ended')).toEqual([expect.objectContaining({ reason: 'shard-ended', records: 4 })]);
  });

  it('tells that there is nothing new as often as polling does, so that a processor can flush', async () => {
    reading.start();
    await reading.clock.advance(10_500);
    // One a second, and the heartbeats at 0, 5 and 10 s.
    expect(reading.idles).toBeGreaterThanOrEqual(10);
    expect(reading.idles).toBeLessThanOrEqual(14);
  });

  it('takes no more events than are dealt with', async () => {
    reading.processMs = 1000;
    reading.shard.put(300);
    reading.start();
    await reading.clock.advance(9500);
    expect(reading.shard.taken).toBe(10);
    expect(reading.seen).toHaveLength(30);
  });

  it('gives up a subscription that nothing was taken from for too long, and makes it anew', async () => {
    reading.processMs = 90_000;
    reading.shard.put(6);
    reading.start();
    await reading.clock.advance(95_000);
    expect(reading.eventsOf('subscription-ended').map(({ reason }) => reason)).toEqual(['unread']);
    reading.processMs = 0;
    await reading.clock.advance(100_000);
    reading.expectAll();
  });

  it('cancels a subscription that falls silent, and makes it anew', async () => {
    reading.shard.put(1);
    reading.start();
    await reading.clock.advance(7000);
    reading.shard.silence();
    reading.shard.put(2);
    await reading.clock.advance(25_000);
    expect(reading.eventsOf('subscription-silent')).toEqual([
      expect.objectContaining({ shardId: reading.shard.shardId, silentMs: 15_000 }),
    ]);
    expect(reading.shard.subscribedAtMs).toHaveLength(2);
    reading.expectAll();
  });

  it('hides no dead subscription behind empty batches', async () => {
    reading.start();
    await reading.clock.advance(7000);
    reading.shard.silence();
    reading.shard.subscribeScript = Array.from({ length: 3 }, () => 'unanswered');
    await reading.clock.advance(20_000);
    const { idles } = reading;
    await reading.clock.advance(10_000);
    expect(reading.idles).toBe(idles);
  });

  it('polls until five seconds after the last subscription, although a new reader of the shard knows nothing of it', async () => {
    reading.shard.put(1);
    reading.start();
    await reading.clock.advance(1000);
    reading.shard.break(new Error('connection reset'));
    await reading.clock.advance(3000);
    reading.stop.abort();
    expect(reading.shard.subscribedAtMs).toEqual([0]);
    const again = new AbortController();
    Object.assign(reading, { stop: again });
    reading.start({ sequenceNumber: '1000000', subSequenceNumber: 0 });
    reading.shard.put(1);
    await reading.clock.advance(900);
    expect(reading.seen).toEqual(['1000000', '1000000', '1000010']);
    expect(reading.shard.subscribedAtMs).toEqual([0]);
    await reading.clock.advance(1500);
    expect(reading.shard.subscribedAtMs).toHaveLength(2);
    expect(reading.seen).toHaveLength(3);
  });

  it('loses no time when the shard has just been subscribed to by another worker', async () => {
    const busy = { kind: 'busy', error: new Error('ResourceInUseException') } as const;
    reading.shard.subscribeScript = [busy, busy];
    reading.shard.put(1);
    reading.start();
    await reading.clock.advance(100);
    reading.expectAll();
    reading.shard.put(5);
    await reading.clock.advance(10_000);
    reading.expectAll();
    expect(reading.shard.subscribedAtMs).toHaveLength(1);
    expect(reading.eventsOf('fan-out-fell-back')).toEqual([]);
  });

  it('is patient when subscribing is throttled', async () => {
    reading.shard.subscribeScript = [{ kind: 'throttled' }, { kind: 'throttled' }];
    reading.shard.put(1);
    reading.start();
    await reading.clock.advance(5000);
    expect(reading.reports.map(({ kind }) => kind)).toEqual(['throttled', 'throttled']);
    reading.expectAll();
  });

  it('does not take back at once a subscription that another worker has taken over', async () => {
    reading.start();
    await reading.clock.advance(6000);
    reading.shard.break('taken-over');
    await reading.clock.advance(9000);
    expect(reading.shard.subscribedAtMs).toHaveLength(1);
    await reading.clock.advance(2000);
    expect(reading.shard.subscribedAtMs).toHaveLength(2);
    expect(reading.eventsOf('subscription-ended')).toEqual([expect.objectContaining({ reason: 'taken-over' })]);
  });

  it('polls a shard whose subscriptions keep failing, repeats nothing, and comes back to fan-out later', async () => {
    reading.shard.put(3);
    reading.start();
    await reading.clock.advance(10_000);
    reading.shard.subscribeScript = Array.from({ length: 3 }, () => new Error('internal failure'));
    reading.shard.break(new Error('connection reset'));
    reading.shard.put(2);
    await reading.clock.advance(30_000);
    reading.expectAll();
    expect(reading.eventsOf('fan-out-fell-back')).toEqual([
      expect.objectContaining({ shardId: reading.shard.shardId, retryMs: 300_000, error: new Error('internal failure') }),
    ]);
    expect(reading.shard.polls).toBeGreaterThan(10);
    reading.shard.put(2);
    await reading.clock.advance(280_000);
    const { polls } = reading.shard;
    expect(reading.shard.subscribedAtMs).toHaveLength(2);
    reading.shard.put(2);
    await reading.clock.advance(20_000);
    reading.expectAll();
    expect(reading.shard.polls).toBe(polls);
  });

  it.each(['access-denied', 'consumer-limit', 'unsupported'] as const)(
    'polls every shard when fan-out is not possible (%s), says so once, and tries again later',
    async (reason) => {
      const error = new Error(reason);
      reading.shard.consumerScript = [{ kind: 'impossible', reason, error }];
      reading.shard.put(3);
      reading.start();
      reading.start();
      await reading.clock.advance(1000);
      expect(reading.events).toEqual([{ type: 'fan-out-unavailable', reason, error, retryMs: 300_000 }]);
      expect(reading.seen).toHaveLength(6);
      await reading.clock.advance(301_000);
      expect(reading.eventsOf('fan-out-ready')).toHaveLength(1);
    },
  );

  it('passes over nothing when it goes from polling at LATEST to a subscription', async () => {
    reading.shard.consumerScript = [{ kind: 'impossible', reason: 'access-denied', error: new Error('denied') }];
    reading.start({ sequenceNumber: 'LATEST', subSequenceNumber: 0 });
    await reading.clock.advance(200_000);
    const findConsumer = reading.shard.findConsumer.bind(reading.shard);
    reading.shard.findConsumer = () => {
      // After the last poll and before the subscription.
      reading.shard.put(1);
      return findConsumer();
    };
    await reading.clock.advance(110_000);
    expect(reading.shard.subscribedAtMs).toHaveLength(1);
    reading.expectAll();
  });

  it('waits for its consumer to become active, and polls meanwhile when that takes long', async () => {
    reading.shard.consumerScript = Array.from({ length: 20 }, () => ({ kind: 'pending' }) as const);
    reading.shard.put(1);
    reading.start();
    await reading.clock.advance(14_000);
    expect(reading.seen).toEqual([]);
    await reading.clock.advance(2000);
    reading.expectAll();
    expect(reading.eventsOf('fan-out-unavailable')).toEqual([expect.objectContaining({ reason: 'not-active', retryMs: 30_000 })]);
    await reading.clock.advance(40_000);
    expect(reading.eventsOf('fan-out-ready')).toHaveLength(1);
  });

  it('polls every shard when the consumer may not subscribe', async () => {
    reading.shard.subscribeScript = [{ kind: 'impossible', reason: 'access-denied', error: new Error('denied') }];
    reading.shard.put(1);
    reading.start();
    await reading.clock.advance(1000);
    reading.expectAll();
    expect(reading.eventsOf('fan-out-unavailable')).toHaveLength(1);
  });

  it('says when the shard is gone', async () => {
    reading.shard.subscribeScript = [{ kind: 'gone' }];
    reading.start();
    await reading.clock.advance(1000);
    expect(reading.outcome).toBe('gone');
  });

  it('gives its subscription up when it is told to stop', async () => {
    reading.start();
    await reading.clock.advance(1000);
    reading.stop.abort();
    await reading.clock.advance(0);
    expect(reading.eventsOf('subscription-ended')).toEqual([expect.objectContaining({ reason: 'cancelled' })]);
  });

  it('loses and repeats nothing whatever befalls its subscriptions', async () => {
    const step = fc.record({
      ms: fc.integer({ min: 0, max: 40_000 }),
      put: fc.integer({ min: 0, max: 10 }),
      processMs: fc.constantFrom(0, 0, 10, 2000, 70_000),
      fault: fc.constantFrom('none', 'none', 'reset', 'taken-over', 'silence', 'busy', 'error', 'denied', 'unanswered'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const run = new Reading().start();
        for (const { ms, put, processMs, fault } of steps) {
          run.processMs = processMs;
          run.shard.put(put);
          inject(run.shard, fault);
          await run.clock.advance(ms);
        }
        run.processMs = 0;
        await run.clock.advanceUntil(() => run.seen.length >= run.shard.records.length, 1_000_000, 1000);
        run.expectAll();
        run.stop.abort();
        await run.clock.advance(70_000);
        expect(run.clock.sleepers).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

function inject(shard: ScriptedFanOut, fault: string): void {
  const error = new Error(fault);
  switch (fault) {
    case 'reset':
      shard.break(error);
      break;
    case 'taken-over':
      shard.break(fault);
      break;
    case 'silence':
      shard.silence();
      break;
    case 'busy':
      shard.subscribeScript.push({ kind: 'busy', error });
      break;
    case 'denied':
      shard.subscribeScript.push({ kind: 'impossible', reason: 'access-denied', error });
      break;
    case 'error':
      shard.subscribeScript.push(error, error, error, error);
      break;
    case 'unanswered':
      shard.subscribeScript.push(fault);
  }
}
