import { allStates, type Definition } from './definition';
import { isDynamicWait } from './replaced-states';

/** How long a wait of so many seconds takes here, in milliseconds. */
export type WaitMs = (seconds: number, state: string) => number;

/** Takes every wait at its word. */
export const realTime: WaitMs = (seconds) => seconds * 1000;

/** What the interpreter takes in place of the times in the definition. */
export interface WaitOverrides {
  /** Milliseconds by Wait state. */
  readonly waitTimeOverrides: Record<string, number>;
  /** Milliseconds before a retry, by state and retrier. The back-off rate and jitter do not apply. */
  readonly retryIntervalOverrides: Record<string, number[]>;
}

/** IntervalSeconds of a retrier that does not say. */
const defaultIntervalSeconds = 1;

/** The times of a definition's Wait states and retriers under `waitMs`. Timestamps count from `nowMs`. */
export function waitOverrides(definition: Definition, waitMs: WaitMs, nowMs: number): WaitOverrides {
  const overrides: WaitOverrides = { waitTimeOverrides: {}, retryIntervalOverrides: {} };
  for (const { name, state } of allStates(definition)) {
    if (state.Type === 'Wait' && !isDynamicWait(state)) {
      const seconds =
        typeof state.Timestamp === 'string' ? (Date.parse(state.Timestamp) - nowMs) / 1000 : Number(state.Seconds ?? 0);
      overrides.waitTimeOverrides[name] = waitMs(Math.max(0, seconds), name);
    }
    if (Array.isArray(state.Retry) && waitMs !== realTime) {
      const retriers = state.Retry as readonly { readonly IntervalSeconds?: number }[];
      overrides.retryIntervalOverrides[name] = retriers.map(({ IntervalSeconds }) =>
        waitMs(IntervalSeconds ?? defaultIntervalSeconds, name),
      );
    }
  }
  return overrides;
}
