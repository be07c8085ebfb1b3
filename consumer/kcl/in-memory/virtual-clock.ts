import type { Clock } from '../clock';

interface Timer {
  readonly dueMs: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until it is advanced, and then jumps from one timer to the next; after each, all that the timer set off
 * runs to its end. With in-memory ports a run is the same each time.
 */
export class VirtualClock implements Clock {
  private nowMs = 0;
  private readonly timers = new Set<Timer>();

  /** @param startWallMs - wall-clock time at the start; default 2026-01-01T00:00:00Z */
  constructor(private readonly startWallMs = Date.UTC(2026, 0, 1)) {}

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.startWallMs + this.nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        this.timers.delete(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = { dueMs: this.nowMs + Math.max(0, ms), wake };
      this.timers.add(timer);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** How many sleepers there are: 0 once everything has ended. */
  get sleepers(): number {
    return this.timers.size;
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await settle();
    for (let dueMs = this.nextDueMs(); dueMs <= endMs; dueMs = this.nextDueMs()) {
      this.nowMs = Math.max(this.nowMs, dueMs);
      [...this.timers].filter((timer) => timer.dueMs <= this.nowMs).forEach(({ wake }) => wake());
      await settle();
    }
    this.nowMs = endMs;
  }

  /** Lets time pass in steps until the condition holds. @throws Error when it does not within `withinMs` */
  async advanceUntil(condition: () => boolean, withinMs: number, stepMs = 50): Promise<void> {
    const endMs = this.nowMs + withinMs;
    await settle();
    while (!condition()) {
      if (this.nowMs >= endMs) {
        throw new Error(`the condition did not hold within ${withinMs} ms of virtual time`);
      }
      await this.advance(stepMs);
    }
  }

  private nextDueMs(): number {
    let next = Infinity;
    for (const { dueMs } of this.timers) {
      next = Math.min(next, dueMs);
    }
    return next;
  }
}

/** All promises that can go on have gone on. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
