/** Time as the library sees it, so that tests and simulations can set it. */
export interface Clock {
  /** Monotonic time in milliseconds since an arbitrary start; the only time that leases are judged by. */
  monotonicMs(): number;
  /** Wall-clock time in milliseconds since the epoch; for logs and metrics, never compared between machines. */
  wallMs(): number;
  /** Resolves after `ms`, or at once when `signal` is or becomes aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1). */
export type Random = () => number;
