import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;

/**
 * Waits for a condition of other processes, which nobody announces.
 *
 * @returns how long it took, in milliseconds
 * @throws Error naming what was waited for, when it does not come about in time
 */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<number> {
  const startMs = performance.now();
  while (!(await condition())) {
    options.signal?.throwIfAborted();
    if (performance.now() - startMs > options.timeoutMs) {
      throw new Error(`waited ${options.timeoutMs / 1000} s in vain for: ${what}`);
    }
    await sleep(pollMs);
  }
  return performance.now() - startMs;
}
