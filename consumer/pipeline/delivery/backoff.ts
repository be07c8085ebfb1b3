import type { Random } from '../../kcl';

/** Bounds of the wait between tries. */
export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds. @default 100 */
  readonly baseMs: number;
  /** Upper bound of every wait, in milliseconds. @default 10000 */
  readonly capMs: number;
}

export const defaultBackoff: BackoffOptions = { baseMs: 100, capMs: 10_000 };

/**
 * How long to wait after the `failures`th failure in a row (from 1), in milliseconds: exponential with equal jitter, so never less
 * than half the bound (a full jitter may not wait at all, and these waits also protect the stream) and spread over the other half.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(failures: number, random: Random, { baseMs, capMs }: BackoffOptions = defaultBackoff): number {
  const bound = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return bound / 2 + (bound / 2) * random();
}
