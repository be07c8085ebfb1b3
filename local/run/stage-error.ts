/** A stage of the run failed. The message says what happened and what to do; the log's last lines are there to be printed. */
export class StageError extends Error {
  override readonly name = 'StageError';

  constructor(
    message: string,
    /** The last lines of the log of the process that failed. @default none */
    readonly logTail: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
