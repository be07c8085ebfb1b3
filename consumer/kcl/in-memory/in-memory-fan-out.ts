import type { Clock } from '../clock';
import type { ConsumerResult, FanOutApi, SubscribeResult, Subscription, SubscriptionEvent } from '../ports/fan-out-api';
import type { IteratorPosition, RecordsResult } from '../ports/stream-api';
import type { InMemoryStream } from './in-memory-stream';

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html */
const subscriptionLifeMs = 300_000;
const subscribeAgainMs = 5000;
const heartbeatMs = 5000;
/** How often a subscription looks for what has arrived. It takes part in the stream's five reads a second and shard. */
const lookMs = 250;

interface Live {
  readonly subscribedMs: number;
  takenOver: boolean;
}

/**
 * Enhanced fan-out of a stream in memory, for all workers that share it: one consumer, by the service's rules for subscriptions. An
 * event has what arrived within a quarter of a second.
 */
export class InMemoryFanOut implements FanOutApi {
  private readonly live = new Map<string, Live>();

  constructor(
    private readonly clock: Clock,
    private readonly stream: InMemoryStream,
    /** The most records of one event. */
    private readonly recordsPerEvent = 1000,
  ) {}

  async findConsumer(): Promise<ConsumerResult> {
    return { kind: 'active', consumerArn: 'in-memory' };
  }

  async subscribe(_consumerArn: string, shardId: string, from: IteratorPosition, signal: AbortSignal): Promise<SubscribeResult> {
    const nowMs = this.clock.monotonicMs();
    const before = this.live.get(shardId);
    if (before !== undefined && nowMs - before.subscribedMs < subscribeAgainMs) {
      return { kind: 'busy', error: new Error('the shard was subscribed to less than five seconds ago') };
    }
    const start = await this.stream.getIterator(shardId, from);
    if (start.kind !== 'iterator') {
      return start.kind === 'gone' ? start : { kind: 'throttled' };
    }
    if (before !== undefined) {
      before.takenOver = true;
    }
    const live: Live = { subscribedMs: nowMs, takenOver: false };
    this.live.set(shardId, live);
    const streamTimeMs = Math.floor(this.clock.wallMs() / 1000) * 1000;
    return { kind: 'subscribed', subscription: this.subscription(live, start.iterator, signal), streamTimeMs };
  }

  private subscription(live: Live, start: string, signal: AbortSignal): Subscription {
    const { clock } = this;
    let iterator = start;
    let nextHeartbeatMs = live.subscribedMs;
    const event = (reply: Extract<RecordsResult, { kind: 'records' }>, atTip: string): SubscriptionEvent => {
      const { batch, bytes, children, nextIterator } = reply;
      iterator = nextIterator ?? iterator;
      nextHeartbeatMs = clock.monotonicMs() + heartbeatMs;
      const continueAfter = nextIterator === undefined ? undefined : (batch.records.at(-1)?.sequenceNumber ?? atTip);
      return { kind: 'records', batch, bytes, children, continueAfter };
    };
    return {
      next: async () => {
        for (;;) {
          if (signal.aborted) {
            throw new Error('the connection is closed');
          }
          if (live.takenOver) {
            return { kind: 'taken-over' };
          }
          if (clock.monotonicMs() >= live.subscribedMs + subscriptionLifeMs) {
            return { kind: 'expired' };
          }
          // Before the read: what arrives after it must not be passed over.
          const atTip = this.stream.lastSequenceNumber;
          const reply = await this.stream.getRecords(iterator, this.recordsPerEvent);
          if (reply.kind === 'expired') {
            throw new Error('the shard is gone');
          }
          const isDue = clock.monotonicMs() >= nextHeartbeatMs;
          if (reply.kind === 'records' && (reply.batch.records.length > 0 || reply.nextIterator === undefined || isDue)) {
            return event(reply, atTip);
          }
          await clock.sleep(lookMs, signal);
        }
      },
    };
  }
}
