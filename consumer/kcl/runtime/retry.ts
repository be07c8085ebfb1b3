import type { Clock, Random } from '../clock';
import { backoffMs, type BackoffOptions } from '../decisions/backoff';
import { KclError } from '../errors';
import { untilAborted } from './abort';

export interface RetryProps {
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: BackoffOptions;
  readonly signal: AbortSignal;
  /** Hears of each failure that will be tried again. */
  readonly onFailure: (error: unknown, waitMs: number) => void;
}

/**
 * Repeats `attempt` until it succeeds; `aborted` when the signal is aborted first.
 *
 * @throws KclError at once: it says that trying again does not help
 */
export async function retrying<T>(attempt: () => Promise<T>, props: RetryProps): Promise<T | 'aborted'> {
  for (let failures = 0; !props.signal.aborted; failures += 1) {
    try {
      // An attempt that hangs must not keep a worker from stopping.
      return await untilAborted(attempt(), props.signal);
    } catch (error: unknown) {
      if (error instanceof KclError) {
        throw error;
      }
      const waitMs = backoffMs(failures, props.backoff, props.random);
      props.onFailure(error, waitMs);
      await props.clock.sleep(waitMs, props.signal);
    }
  }
  return 'aborted';
}
