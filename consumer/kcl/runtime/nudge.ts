import type { Clock } from '../clock';
import { withOwnSignal } from './abort';

/** Ends a sleep early, the one under way or the next. */
export class Nudge {
  private asleep: AbortController | undefined;
  private given = false;

  /** Whoever sleeps wakes up; whoever is about to sleep does not. */
  give(): void {
    this.given = true;
    this.asleep?.abort();
  }

  async sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    if (!this.given) {
      this.asleep = new AbortController();
      await withOwnSignal(signal, (own) => clock.sleep(ms, own), this.asleep.signal);
      this.asleep = undefined;
    }
    this.given = false;
  }
}
