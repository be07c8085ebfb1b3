import { setTimeout as wait } from 'node:timers/promises';

/** Time, so that tests can set it. */
export interface Timing {
  /** Monotonic time in milliseconds since an arbitrary start. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` is or becomes aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The system's time. */
export const systemTiming: Timing = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, { signal });
    } catch (error: unknown) {
      if (!signal.aborted) {
        throw error;
      }
    }
  },
};
