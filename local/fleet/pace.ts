/** What a shard takes in per second, by default: the speed at which a lane starts. */
export const shardRecordsPerSecond = 1000;
export const shardBytesPerSecond = 1024 * 1024;

/** A lane that has been idle may catch up on at most this much, as a shard's own allowance of one second. */
const burstMs = 1000;

const faster = 1.05;
const slower = 0.9;
const slowest = 0.01;

/** Records in one request: what PutRecords takes at most, and what a request is never cut below. */
const largestRequest = 500;
const smallestRequest = 20;

/** Bounds of the wait after a refusal, in milliseconds: the longest when nothing at all gets through. */
const shortestWaitMs = 50;
const longestWaitMs = 5000;

/**
 * How fast one lane sends. It starts at the speed that a shard allows by default, goes faster by 5 % with each full request of which
 * everything was taken, and slower by 10 % with each that was throttled; after a refusal it waits until the shard can have room for
 * a request of that size, doubling the wait while nothing gets through. So a shard's limit is used nearly in full while few records are
 * sent twice, whether the limit is the default one, a larger one, or shared
 * with others; where it is less than half of the default one, a third of it may stay unused.
 *
 * Pure: time and random are passed in.
 */
export class Pace {
  /** In shards: 1 is what one shard takes by default. */
  private speed = 1;
  private nextAtMs = Number.NEGATIVE_INFINITY;
  private refusals = 0;
  private requestRecords: number = largestRequest;

  /** How many records the next request should have at most: fewer while most of a request is refused. */
  get maxRecords(): number {
    return Math.floor(this.requestRecords);
  }

  /** How long to wait before the next request, in milliseconds. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.nextAtMs - nowMs);
  }

  /** Records what became of a request. `records` and `bytes` count what was taken, `refusedRecords` and `refusedBytes` what was not. */
  sent(
    taken: { readonly records: number; readonly bytes: number },
    refused: { readonly records: number; readonly bytes: number },
    nowMs: number,
    random: number,
  ): void {
    const from = Math.max(this.nextAtMs, nowMs - burstMs);
    this.nextAtMs = from + this.costMs(taken);
    if (refused.records === 0) {
      this.refusals = 0;
      this.speed *= 1 + (faster - 1) * Math.min(1, taken.records / largestRequest);
      this.requestRecords = Math.min(largestRequest, this.requestRecords * faster);
      return;
    }
    this.refusals = taken.records > 0 ? 0 : this.refusals + 1;
    this.speed = Math.max(slowest, this.speed * slower);
    if (refused.records > taken.records / 2) {
      this.requestRecords = Math.max(smallestRequest, this.requestRecords / 2);
    }
    // The shard's allowance is used up: it has room for as large a request only when all of it has been refilled.
    const whole = { records: taken.records + refused.records, bytes: taken.bytes + refused.bytes };
    const waitMs = Math.max(shortestWaitMs, this.costMs(whole)) * 2 ** Math.min(this.refusals, 10);
    // Spread a little, so that senders do not come back together.
    this.nextAtMs = nowMs + Math.min(longestWaitMs, waitMs) * (1 + random / 10);
  }

  /** The time in which a shard takes that much, at the present speed. */
  private costMs(amount: { readonly records: number; readonly bytes: number }): number {
    const seconds = Math.max(amount.records / shardRecordsPerSecond, amount.bytes / shardBytesPerSecond);
    return (seconds * 1000) / this.speed;
  }
}
