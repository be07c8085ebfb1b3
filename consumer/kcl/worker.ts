/** One worker of an application: reads its share of the stream's shards. */
export interface Worker {
  /** Stands in the leases that this worker owns; must be unique among the workers of an application. */
  readonly workerId: string;
  /**
   * Works until stopped. Called again it gives the same promise.
   *
   * @throws KclError when the worker cannot start or go on; its `code` is stable
   */
  run(): Promise<void>;
  /**
   * Stops in good order: reads no more, lets the processors finish what is in flight and hand over, and releases the leases so that
   * others may take them at once. What has not finished within the grace is told by its signal to give up. Stopping twice is harmless.
   *
   * @param options.graceMs - milliseconds; default: the worker's option `graceMs`
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}
