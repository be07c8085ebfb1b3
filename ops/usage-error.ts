/** A command line that cannot be understood. Its message names the option and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

/** What the commands end with. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
