import type { Clock } from '../clock';

export interface RoundsProps {
  readonly clock: Clock;
  /** Ends the rounds. */
  readonly signal: AbortSignal;
  readonly firstDelayMs: number;
  /** One round; gives the time until the next, in milliseconds. Must not reject: the rounds would end with it. */
  readonly round: () => Promise<number>;
}

/** Runs rounds one after the other until the signal is aborted. */
export async function rounds({ clock, signal, firstDelayMs, round }: RoundsProps): Promise<void> {
  await clock.sleep(firstDelayMs, signal);
  while (!signal.aborted) {
    const waitMs = await round();
    await clock.sleep(waitMs, signal);
  }
}
