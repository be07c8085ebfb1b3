import type { Position } from '../../decisions/position';
import type { ProcessorCall } from '../../events';

/** A call to the user's code that has not come back. */
export interface PendingCall {
  readonly during: ProcessorCall | 'deadLetter';
  readonly sinceMs: number;
  /** When it was last told to be slow. */
  toldMs: number;
}

/** What is known of the work on a shard across the runs of its processors: what it waits for, and where it began. */
export class ShardVitals {
  /** When the read that is under way began or last showed life; undefined when none is, or when it waits on purpose. */
  readingSinceMs: number | undefined;
  call: PendingCall | undefined;
  /** The first record that was ever read here: where a shard that began at LATEST begins again, should it have no checkpoint yet. */
  firstRead: Position | undefined;

  /** Notes the call to the user's code while it is under way. */
  async during<T>(during: PendingCall['during'], nowMs: number, call: () => Promise<T>): Promise<T> {
    const pending: PendingCall = { during, sinceMs: nowMs, toldMs: nowMs };
    this.call = pending;
    try {
      return await call();
    } finally {
      this.call = undefined;
    }
  }
}
