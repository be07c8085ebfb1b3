import type { AwsError } from '../http/aws-error';
import { limitExceeded, resourceInUse } from './errors';
import type { Limits } from './limits';
import { TokenBucket } from './rate';
import type { Stream } from './stream';

/** A consumer with enhanced fan-out, to be registered. */
export interface ConsumerSettings {
  /** 1 to 128 letters, digits, underscores, periods and hyphens. */
  readonly name: string;
  /** @default <the stream's ARN>/consumer/<name>:<seconds since the epoch> */
  readonly arn?: string;
}

/** What one consumer has of one shard. */
export interface ConsumerShard {
  /** The bytes that may be pushed; it outlives the subscription. */
  readonly rate: TokenBucket;
  /** When the last successful call was, in milliseconds since the epoch. */
  subscribedAtMs: number;
  /** The subscription that is open. */
  current: { end(failure: AwsError): void } | undefined;
}

/** A consumer with enhanced fan-out. It is CREATING, ACTIVE, DELETING and then gone, by the time that is passed in. */
export class StreamConsumer {
  private deletedAtMs: number | undefined;
  private readonly shards = new Map<string, ConsumerShard>();

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly stream: Stream,
    readonly createdAtMs: number,
    private readonly activeAtMs: number,
    private readonly limits: Limits,
  ) {}

  /** undefined when it is gone */
  status(nowMs: number): 'CREATING' | 'ACTIVE' | 'DELETING' | undefined {
    if (this.deletedAtMs !== undefined) {
      return nowMs < this.deletedAtMs + this.limits.consumerChangeMs ? 'DELETING' : undefined;
    }
    return nowMs < this.activeAtMs ? 'CREATING' : 'ACTIVE';
  }

  /** Ends every subscription; the consumer is gone a while later. */
  delete(nowMs: number): void {
    this.deletedAtMs ??= nowMs;
    for (const { current } of this.shards.values()) {
      current?.end(resourceInUse(`Consumer ${this.arn} is being deregistered.`));
    }
  }

  shard(shardId: string): ConsumerShard {
    let shard = this.shards.get(shardId);
    if (shard === undefined) {
      const rate = new TokenBucket(this.limits.subscribeBytesPerSecond);
      shard = { rate, subscribedAtMs: Number.NEGATIVE_INFINITY, current: undefined };
      this.shards.set(shardId, shard);
    }
    return shard;
  }
}

/** The consumers of all streams. */
export class Consumers {
  private all: StreamConsumer[] = [];

  constructor(private readonly limits: Limits) {}

  /** The consumers of a stream, by name. */
  of(stream: Stream, nowMs: number): readonly StreamConsumer[] {
    this.forget(nowMs);
    return this.all.filter((each) => each.stream === stream).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  byArn(arn: string, nowMs: number): StreamConsumer | undefined {
    this.forget(nowMs);
    return this.all.find((each) => each.arn === arn);
  }

  /**
   * @param creatingMs how long the consumer is CREATING
   * @throws AwsError ResourceInUseException when the name is taken, LimitExceededException when there are too many
   */
  register(stream: Stream, settings: ConsumerSettings, nowMs: number, creatingMs: number): StreamConsumer {
    const { name, arn = `${stream.props.arn}/consumer/${name}:${Math.floor(nowMs / 1000)}` } = settings;
    const others = this.of(stream, nowMs);
    if (others.some((other) => other.name === name)) {
      throw resourceInUse(`Consumer ${name} is already registered with stream ${stream.name}.`);
    }
    if (others.length >= this.limits.consumersPerStream) {
      throw limitExceeded(`Stream ${stream.name} has ${others.length} consumers; no more is allowed.`);
    }
    const creating = this.all.filter((each) => each.status(nowMs) === 'CREATING').length;
    if (creatingMs > 0 && creating >= this.limits.consumersCreating) {
      throw limitExceeded(`${creating} consumers are being created; no more is allowed at the same time.`);
    }
    const consumer = new StreamConsumer(name, arn, stream, nowMs, nowMs + creatingMs, this.limits);
    this.all.push(consumer);
    return consumer;
  }

  private forget(nowMs: number): void {
    this.all = this.all.filter((each) => each.status(nowMs) !== undefined);
  }
}
