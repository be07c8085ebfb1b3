import type { Clock } from '../clock';
import { untilAborted } from './abort';
import { Nudge } from './nudge';

export interface RoundsProps {
  readonly clock: Clock;
  /** Ends the rounds. */
  readonly signal: AbortSignal;
  readonly firstDelayMs: number;
  /** Brings the next round forward. @default nothing does */
  readonly nudge?: Nudge;
  /** One round; gives the time until the next, in milliseconds. Must not reject: the rounds would end with it. */
  readonly round: () => Promise<number>;
}

/**
 * Runs rounds one after the other until the signal is aborted. A round under way then is not waited for: it may hang for as long as a
 * request's time-out, and a worker that is told to stop has no time for that. What it still does must be harmless.
 */
export async function rounds({ clock, signal, firstDelayMs, nudge = new Nudge(), round }: RoundsProps): Promise<void> {
  await clock.sleep(firstDelayMs, signal);
  while (!signal.aborted) {
    const waitMs = await untilAborted(round(), signal);
    if (waitMs !== 'aborted') {
      await nudge.sleep(clock, waitMs, signal);
    }
  }
}
