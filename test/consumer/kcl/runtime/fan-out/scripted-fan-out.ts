import type { KinesisRecord } from '../../../../../consumer/kcl';
import { comparePositions } from '../../../../../consumer/kcl/decisions/position';
import type { Shard } from '../../../../../consumer/kcl/decisions/shard-graph';
import type { VirtualClock } from '../../../../../consumer/kcl/in-memory/virtual-clock';
import type {
  ConsumerResult,
  FanOutApi,
  SubscribeResult,
  Subscription,
  SubscriptionEvent,
} from '../../../../../consumer/kcl/ports/fan-out-api';
import type { IteratorPosition, IteratorResult, RecordsResult, StreamApi } from '../../../../../consumer/kcl/ports/stream-api';

const lifeMs = 300_000;
const heartbeatMs = 5_000;
const quietMs = 5_000;

/** What the next call of SubscribeToShard comes to, when not to a subscription. */
export type SubscribeFault = Exclude<SubscribeResult, { kind: 'subscribed' }> | Error | 'unanswered';

interface Live {
  readonly expiresMs: number;
  readonly wake: AbortController;
  end: 'taken-over' | Error | undefined;
  silent: boolean;
}

/**
 * One shard that can be polled and subscribed to, by the service's rules, with faults on demand: subscriptions live five minutes,
 * a second one within five seconds is refused, a later one takes over, and a heartbeat comes every five seconds.
 */
export class ScriptedFanOut implements FanOutApi, StreamApi {
  readonly shardId = 'shardId-000000000000';
  readonly records: KinesisRecord[] = [];
  /** Of successful subscriptions, in milliseconds. */
  readonly subscribedAtMs: number[] = [];
  readonly startedFrom: IteratorPosition[] = [];
  polls = 0;
  /** Events that were taken from subscriptions. */
  taken = 0;
  consumerScript: (ConsumerResult | Error)[] = [];
  subscribeScript: SubscribeFault[] = [];
  /** So many subscriptions break before they have given anything. */
  breaking = 0;
  recordsPerEvent = 3;
  children: readonly Shard[] | undefined;
  private live: Live | undefined;

  constructor(private readonly clock: VirtualClock) {}

  put(count: number): void {
    for (let i = 0; i < count; i += 1) {
      // Ten apart, so that a continuation can lie between two records.
      const sequenceNumber = String(1_000_000 + this.records.length * 10);
      const arrivalTimeMs = this.clock.wallMs();
      this.records.push({ partitionKey: 'k', sequenceNumber, subSequenceNumber: 0, data: new Uint8Array(100), arrivalTimeMs });
    }
    this.live?.wake.abort();
  }

  /** No more records; the children are named at the end. */
  close(children: readonly Shard[]): void {
    this.children = children;
    this.live?.wake.abort();
  }

  /** The subscription that stands gives nothing more, not even heartbeats. */
  silence(): void {
    if (this.live !== undefined) {
      this.live.silent = true;
    }
  }

  /** The subscription that stands ends so. */
  break(end: 'taken-over' | Error): void {
    if (this.live !== undefined) {
      this.live.end = end;
      this.live.wake.abort();
    }
  }

  async listShards(): Promise<readonly Shard[]> {
    return [];
  }

  async getIterator(_shardId: string, from: IteratorPosition): Promise<IteratorResult> {
    return { kind: 'iterator', iterator: String(this.indexOf(from)) };
  }

  async getRecords(iterator: string, limit: number): Promise<RecordsResult> {
    this.polls += 1;
    const records = this.records.slice(Number(iterator), Number(iterator) + limit);
    const next = Number(iterator) + records.length;
    const ended = this.children !== undefined && next === this.records.length;
    return {
      kind: 'records',
      batch: { records, millisBehindLatest: 0 },
      bytes: records.length * 100,
      nextIterator: ended ? undefined : String(next),
      children: ended ? (this.children ?? []) : [],
    };
  }

  async findConsumer(): Promise<ConsumerResult> {
    const next = this.consumerScript.shift() ?? { kind: 'active', consumerArn: 'arn:consumer' };
    if (next instanceof Error) {
      throw next;
    }
    return next;
  }

  async subscribe(_arn: string, _shardId: string, from: IteratorPosition, signal: AbortSignal): Promise<SubscribeResult> {
    const fault = this.subscribeScript.shift();
    if (fault === 'unanswered') {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    } else if (fault instanceof Error) {
      throw fault;
    } else if (fault !== undefined) {
      return fault;
    }
    const nowMs = this.clock.monotonicMs();
    if (nowMs - (this.subscribedAtMs.at(-1) ?? -Infinity) < quietMs) {
      return { kind: 'busy', error: new Error('ResourceInUseException') };
    }
    this.break('taken-over');
    this.subscribedAtMs.push(nowMs);
    this.startedFrom.push(from);
    const live: Live = { expiresMs: nowMs + lifeMs, wake: new AbortController(), end: undefined, silent: false };
    this.live = live;
    if (this.breaking > 0) {
      this.breaking -= 1;
      live.end = new Error('connection reset');
    }
    return { kind: 'subscribed', subscription: this.subscription(live, this.indexOf(from), signal) };
  }

  private subscription(live: Live, start: number, signal: AbortSignal): Subscription {
    let index = start;
    let wake = live.wake;
    let nextHeartbeatMs = this.clock.monotonicMs();
    const next = async (): Promise<SubscriptionEvent> => {
      for (;;) {
        if (signal.aborted) {
          throw new Error('the connection is closed');
        }
        if (live.end !== undefined) {
          if (live.end instanceof Error) {
            throw live.end;
          }
          return { kind: live.end };
        }
        const nowMs = this.clock.monotonicMs();
        if (!live.silent) {
          if (nowMs >= live.expiresMs) {
            return { kind: 'expired' };
          }
          const records = this.records.slice(index, index + this.recordsPerEvent);
          const atEnd = this.children !== undefined && index + records.length === this.records.length;
          if (records.length > 0 || atEnd || nowMs >= nextHeartbeatMs) {
            index += records.length;
            nextHeartbeatMs = nowMs + heartbeatMs;
            this.taken += 1;
            return {
              kind: 'records',
              batch: { records, millisBehindLatest: 0 },
              bytes: records.length * 100,
              continueAfter: atEnd ? undefined : this.continuation(index),
              children: atEnd ? (this.children ?? []) : [],
            };
          }
        }
        await this.clock.sleep(1000, AbortSignal.any([wake.signal, signal]));
        if (wake.signal.aborted) {
          wake = new AbortController();
          Object.assign(live, { wake });
        }
      }
    };
    return { next };
  }

  /** At the tip it runs ahead of the last record. */
  private continuation(index: number): string {
    const last = 1_000_000 + (index - 1) * 10;
    return String(index === this.records.length ? last + 5 : last);
  }

  private indexOf(from: IteratorPosition): number {
    const first = (matches: (record: KinesisRecord) => boolean): number => {
      const index = this.records.findIndex(matches);
      return index < 0 ? this.records.length : index;
    };
    switch (from.type) {
      case 'TRIM_HORIZON':
        return 0;
      case 'LATEST':
        return this.records.length;
      case 'AT_TIMESTAMP':
        return first(({ arrivalTimeMs }) => arrivalTimeMs >= from.timestampMs);
      case 'AT_SEQUENCE_NUMBER':
      case 'AFTER_SEQUENCE_NUMBER': {
        const least = from.type === 'AFTER_SEQUENCE_NUMBER' ? 1 : 0;
        const position = { sequenceNumber: from.sequenceNumber, subSequenceNumber: 0 };
        return first((record) => comparePositions(record, position) >= least);
      }
    }
  }
}
