/** A request for records that has no answer yet. */
export interface PendingRead {
  /** Virtual time at which it was sent. */
  readonly sinceMs: number;
  /** How often the machine had been paused by then. */
  readonly pauses: number;
}
