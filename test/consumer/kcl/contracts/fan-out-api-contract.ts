import type { FanOutApi, Subscription, SubscriptionEvent } from '../../../../consumer/kcl/ports/fan-out-api';
import type { IteratorPosition } from '../../../../consumer/kcl/ports/stream-api';

/** A stream of one shard with nothing in it, and its fan-out. */
export interface FanOutFixture {
  readonly api: FanOutApi;
  readonly shardId: string;
  /** Puts a record; its sequence number. */
  put(): Promise<string>;
  /** Splits the shard. */
  split(): Promise<void>;
  /** Waits until the shard may be subscribed to again. */
  untilFree(): Promise<void>;
  /** Waits for what takes time, as a heartbeat does. */
  during<T>(waiting: Promise<T>): Promise<T>;
  close(): Promise<void>;
  /** By the stream's clock. */
  nowMs(): number;
}

type Records = Extract<SubscriptionEvent, { kind: 'records' }>;

/** What every implementation of `FanOutApi` keeps to. */
export function fanOutApiContract(name: string, open: () => Promise<FanOutFixture>): void {
  describe(`fan-out ${name}`, () => {
    let fixture: FanOutFixture;
    let connections: AbortController[];

    beforeEach(async () => {
      connections = [];
      fixture = await open();
    });

    afterEach(async () => {
      connections.forEach((connection) => connection.abort());
      await fixture.close();
    });

    async function consumerArn(): Promise<string> {
      for (;;) {
        const found = await fixture.during(fixture.api.findConsumer());
        if (found.kind === 'active') {
          return found.consumerArn;
        }
        expect(found).toEqual({ kind: 'pending' });
      }
    }

    async function attempt(from: IteratorPosition, shardId = fixture.shardId): ReturnType<FanOutApi['subscribe']> {
      const connection = new AbortController();
      connections.push(connection);
      const arn = await consumerArn();
      return fixture.during(fixture.api.subscribe(arn, shardId, from, connection.signal));
    }

    async function subscribe(from: IteratorPosition): Promise<Subscription> {
      const result = await attempt(from);
      if (result.kind !== 'subscribed') {
        throw new Error(`not subscribed but ${result.kind}`);
      }
      return result.subscription;
    }

    /** The sequence numbers that it gives until there are as many, and its last event. */
    async function take(subscription: Subscription, count: number): Promise<{ seen: string[]; last: Records }> {
      const seen: string[] = [];
      for (;;) {
        const event = await fixture.during(subscription.next());
        if (event.kind !== 'records') {
          throw new Error(`no records but ${event.kind}`);
        }
        seen.push(...event.batch.records.map(({ sequenceNumber }) => sequenceNumber));
        if (seen.length >= count) {
          return { seen, last: event };
        }
      }
    }

    async function heartbeat(subscription: Subscription): Promise<Records> {
      for (;;) {
        const { last } = await take(subscription, 0);
        if (last.batch.records.length === 0) {
          return last;
        }
      }
    }

    const after = (sequenceNumber: string | undefined): IteratorPosition => ({
      type: 'AFTER_SEQUENCE_NUMBER',
      sequenceNumber: sequenceNumber ?? '',
    });

    it('gives what is there, and then what arrives', async () => {
      const before = [await fixture.put(), await fixture.put()];
      const subscription = await subscribe({ type: 'TRIM_HORIZON' });
      expect((await take(subscription, 2)).seen).toEqual(before);
      const later = await fixture.put();
      expect((await take(subscription, 1)).seen).toEqual([later]);
    });

    it.each(['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const)('begins %s', async (type) => {
      const first = await fixture.put();
      const second = await fixture.put();
      const subscription = await subscribe({ type, sequenceNumber: first });
      const expected = type === 'AT_SEQUENCE_NUMBER' ? [first, second] : [second];
      expect((await take(subscription, expected.length)).seen).toEqual(expected);
    });

    it('is refused soon after, takes over later, and tells the one that it takes over from', async () => {
      const first = await subscribe({ type: 'LATEST' });
      expect(await attempt({ type: 'LATEST' })).toMatchObject({ kind: 'busy' });
      await fixture.untilFree();
      await subscribe({ type: 'LATEST' });
      for (;;) {
        const event = await fixture.during(first.next());
        if (event.kind !== 'records') {
          expect(event).toEqual({ kind: 'taken-over' });
          break;
        }
      }
    });

    it.each(['a record', 'a heartbeat'])('goes on behind the continuation of %s', async (what) => {
      await fixture.put();
      const first = await subscribe({ type: 'TRIM_HORIZON' });
      const { last } = await take(first, 1);
      const { continueAfter } = what === 'a record' ? last : await heartbeat(first);
      await fixture.untilFree();
      const next = await fixture.put();
      expect((await take(await subscribe(after(continueAfter)), 1)).seen).toEqual([next]);
    });

    it('passes over nothing when it goes on from a heartbeat at LATEST', async () => {
      await fixture.put();
      const { continueAfter } = await heartbeat(await subscribe({ type: 'LATEST' }));
      await fixture.untilFree();
      const next = await fixture.put();
      expect((await take(await subscribe(after(continueAfter)), 1)).seen).toEqual([next]);
    });

    it('ends with the child shards', async () => {
      const only = await fixture.put();
      const subscription = await subscribe({ type: 'TRIM_HORIZON' });
      await fixture.split();
      const seen: string[] = [];
      for (;;) {
        const { last } = await take(subscription, 0);
        seen.push(...last.batch.records.map(({ sequenceNumber }) => sequenceNumber));
        if (last.continueAfter === undefined) {
          expect(last.children.map(({ parentShardIds }) => parentShardIds)).toEqual([[fixture.shardId], [fixture.shardId]]);
          break;
        }
        expect(last.children).toEqual([]);
      }
      expect(seen).toEqual([only]);
    });

    it('tells its own time when it is subscribed to, rounded down by a second at most', async () => {
      const beforeMs = fixture.nowMs();
      const result = await attempt({ type: 'LATEST' });
      const streamTimeMs = result.kind === 'subscribed' ? result.streamTimeMs : undefined;
      expect(streamTimeMs).toBeGreaterThan(beforeMs - 2000);
      expect(streamTimeMs).toBeLessThanOrEqual(fixture.nowMs());
    });

    it('tells that a shard is gone', async () => {
      expect(await attempt({ type: 'LATEST' }, 'shardId-000000000099')).toEqual({ kind: 'gone' });
    });
  });
}
