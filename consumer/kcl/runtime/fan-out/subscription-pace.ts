import type { Clock } from '../../clock';

/**
 * A shard may be subscribed to again five seconds after the last success.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
 */
const paceMs = 5000;

/** When each shard was subscribed to last: outlives a shard's reader, for a processor that failed starts with a new one. */
export class SubscriptionPace {
  private readonly nextMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** How long until the shard may be subscribed to, in milliseconds. */
  waitMs(shardId: string): number {
    return Math.max(0, (this.nextMs.get(shardId) ?? 0) - this.clock.monotonicMs());
  }

  /** The shard has just been subscribed to. */
  subscribed(shardId: string): void {
    const nowMs = this.clock.monotonicMs();
    for (const [other, nextMs] of this.nextMs) {
      if (nextMs <= nowMs) {
        this.nextMs.delete(other);
      }
    }
    this.nextMs.set(shardId, nowMs + paceMs);
  }
}
