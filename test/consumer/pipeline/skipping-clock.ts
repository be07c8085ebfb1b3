import type { Clock } from '../../../consumer/kcl/clock';

/** A clock that stands still until somebody sleeps or moves it; sleeping takes no real time. */
export class SkippingClock implements Clock {
  nowMs = 0;
  /** Every wait asked for, in order. */
  readonly sleeps: number[] = [];

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return Date.UTC(2026, 10, 20) + this.nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted !== true) {
      this.sleeps.push(ms);
      this.nowMs += ms;
    }
    await Promise.resolve();
  }
}
