import type { Random } from '../clock';

export interface BackoffOptions {
  /** The upper bound of the first wait, in milliseconds. */
  readonly firstMs: number;
  /** The upper bound of any wait, in milliseconds. */
  readonly maxMs: number;
}

/**
 * How long to wait before try number `attempt` + 1: exponential with equal jitter, so between half and all of
 * `firstMs` × 2^attempt, at most `maxMs`.
 *
 * @param attempt - how many tries have failed in a row before this one; 0 for the first failure
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, options: BackoffOptions, random: Random): number {
  const ceiling = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (ceiling / 2) * random();
}
