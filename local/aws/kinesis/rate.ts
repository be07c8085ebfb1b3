/** What adding up fractions of a second may lose. */
const rounding = 1e-6;

/**
 * Rates as Kinesis limits them: a bucket that holds one second's worth and is refilled steadily. Time is passed in, so that a
 * limit depends on nothing but the calls made to it; a clock that goes backwards refills nothing.
 */
export class TokenBucket {
  private tokens: number;
  private filledAtMs = Number.NEGATIVE_INFINITY;

  /** @param perSecond what is refilled in a second, and what the bucket holds */
  constructor(private readonly perSecond: number) {
    this.tokens = perSecond;
  }

  /**
   * Whether `amount` may be taken now. One amount larger than the bucket is let through when the bucket is full, and paid off
   * afterwards: how a stream accepts a large record.
   * @see https://docs.aws.amazon.com/streams/latest/dev/large-records.html
   */
  has(amount: number, nowMs: number): boolean {
    this.refill(nowMs);
    return this.tokens + rounding >= Math.min(amount, this.perSecond);
  }

  /** Takes `amount`, which `has` allowed. */
  take(amount: number): void {
    this.tokens -= amount;
  }

  /** Whether nothing is owed: `takeMeasured` may be followed by another call. */
  isPaid(nowMs: number): boolean {
    this.refill(nowMs);
    return this.tokens + rounding >= 0;
  }

  /** Milliseconds until nothing is owed, when nothing more is taken; 0 when nothing is. */
  paidInMs(nowMs: number): number {
    return this.isPaid(nowMs) ? 0 : Math.ceil((-this.tokens / this.perSecond) * 1000);
  }

  /**
   * Takes an amount that is known only after the work is done. When it is more than what is left, the whole of it must be
   * refilled first: a read of 10 MiB at 2 MiB/s is followed by 5 seconds without reads.
   * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
   */
  takeMeasured(amount: number): void {
    this.tokens = amount > this.tokens ? -amount : this.tokens - amount;
  }

  private refill(nowMs: number): void {
    if (nowMs > this.filledAtMs) {
      this.tokens = Math.min(this.perSecond, this.tokens + ((nowMs - this.filledAtMs) * this.perSecond) / 1000);
      this.filledAtMs = nowMs;
    }
  }
}
