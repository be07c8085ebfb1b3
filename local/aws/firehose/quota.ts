/**
 * How fast records may be put directly on one delivery stream.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/limits.html
 */
export interface DirectPutQuota {
  /** Bytes of data per second. */
  readonly bytesPerSecond: number;
  readonly recordsPerSecond: number;
  readonly requestsPerSecond: number;
}

/** In US East (N. Virginia), US West (Oregon) and Europe (Ireland); elsewhere a fifth of it. Can be raised on request. */
export const defaultQuota: DirectPutQuota = {
  bytesPerSecond: 5 * 1024 * 1024,
  recordsPerSecond: 500_000,
  requestsPerSecond: 2_000,
};

/** A token bucket that holds one second's worth. */
export class TokenBucket {
  private tokens: number;

  constructor(
    private readonly perSecond: number,
    private updatedMs: number,
  ) {
    this.tokens = perSecond;
  }

  /** Whether so many may pass now; if so, they are taken. */
  take(count: number, nowMs: number): boolean {
    this.tokens = Math.min(this.perSecond, this.tokens + (Math.max(0, nowMs - this.updatedMs) / 1000) * this.perSecond);
    this.updatedMs = nowMs;
    if (count > this.tokens) {
      return false;
    }
    this.tokens -= count;
    return true;
  }
}
