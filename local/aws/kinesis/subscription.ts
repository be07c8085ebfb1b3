import type { AwsError } from '../http/aws-error';
import { EventStream, type StreamEvent } from '../http/event-stream';
import type { ConsumerShard } from './consumers';
import type { Limits } from './limits';
import { describeChildren, recordsOutput } from './record-output';
import type { Shard, ShardRead } from './shard';
import type { Stream } from './stream';

/** Calls `run` once, `delayMs` from now, unless the function that is returned is called before. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

export interface SubscriptionProps {
  readonly stream: Stream;
  readonly shard: Shard;
  /** What the consumer has of the shard. */
  readonly place: ConsumerShard;
  /** Index of the first record to push. */
  readonly index: number;
  readonly limits: Limits;
  readonly now: () => number;
  readonly schedule: Schedule;
}

/**
 * One subscription to a shard. It pushes what is in the shard, then what arrives, at the rate that the consumer has for it; an empty
 * event when nothing arrives; and at the end of the shard the child shards. It ends then, when its life is over, when another one
 * takes its place, when its reader does not read, or when the caller goes away.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
 */
export class Subscription {
  private readonly over = new AbortController();
  private readonly expiresAtMs: number;
  private index: number;
  private pushedAtMs: number;
  private failure: AwsError | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly props: SubscriptionProps) {
    this.pushedAtMs = props.now();
    this.expiresAtMs = this.pushedAtMs + props.limits.subscriptionLifetimeMs;
    this.index = props.index;
  }

  /** What the caller gets. To be called once. */
  output(): EventStream {
    return new EventStream((gone) => this.events(gone), this.over.signal);
  }

  /** Ends the subscription, with an exception or as if its life were over. */
  end(failure?: AwsError): void {
    this.failure ??= failure;
    this.over.abort();
    this.wake();
  }

  private async *events(gone: AbortSignal): AsyncGenerator<StreamEvent> {
    const { limits, now, place, schedule } = this.props;
    const stop = (): void => this.end();
    const cancelExpiry = schedule(this.expiresAtMs - now(), stop);
    gone.addEventListener('abort', stop);
    try {
      while (!this.over.signal.aborted) {
        const read = this.next();
        if (read === undefined) {
          await this.change();
          continue;
        }
        place.rate.take(read.bytes);
        this.index = read.next;
        const cancelPatience = schedule(limits.subscriberPatienceMs, stop);
        try {
          yield { type: 'SubscribeToShardEvent', body: this.describe(read) };
        } finally {
          cancelPatience();
        }
        this.pushedAtMs = now();
        if (read.atEnd) {
          return;
        }
      }
      if (this.failure !== undefined) {
        throw this.failure;
      }
    } finally {
      cancelExpiry();
      gone.removeEventListener('abort', stop);
      this.over.abort();
      if (place.current === this) {
        place.current = undefined;
      }
    }
  }

  /** What is to be pushed now: records, the end, or nothing when it is time for a heartbeat; undefined when it is not. */
  private next(): ShardRead | undefined {
    const { limits, now, place, shard, stream } = this.props;
    const time = now();
    if (!place.rate.isPaid(time)) {
      return undefined;
    }
    shard.trim(stream.trimHorizonMs(time));
    const read = shard.push(this.index, time);
    const isDue = time - this.pushedAtMs >= limits.heartbeatMs;
    return read.records.length > 0 || read.atEnd || isDue ? read : undefined;
  }

  /** Waits until `next` may give something else. */
  private change(): Promise<void> {
    const { limits, now, place, shard, schedule } = this.props;
    const time = now();
    const owedMs = place.rate.paidInMs(time);
    const heartbeatInMs = Math.max(this.pushedAtMs + limits.heartbeatMs - time, 0);
    return new Promise((resolve) => {
      // What arrives while bytes are owed cannot be pushed: nobody need wake up for it.
      const forget = owedMs > 0 ? (): void => undefined : shard.onChange(() => this.wake());
      const cancel = schedule(owedMs > 0 ? owedMs : heartbeatInMs, () => this.wake());
      this.wake = () => {
        this.wake = () => undefined;
        forget();
        cancel();
        resolve();
      };
    });
  }

  /** Reading goes on after the record before `next`, whether or not this subscription has pushed it. */
  private describe({ records, next, millisBehindLatest, atEnd }: ShardRead): unknown {
    const { shard } = this.props;
    const position = atEnd
      ? { ChildShards: describeChildren(shard) }
      : { ContinuationSequenceNumber: shard.sequenceNumbers.at(next - 1) };
    return recordsOutput(records, { ...position, MillisBehindLatest: millisBehindLatest });
  }
}
