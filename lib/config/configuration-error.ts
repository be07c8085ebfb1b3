/** A setting that cannot be used. Its message names the key, the value and what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'INVALID_CONFIGURATION';

  constructor(
    /** `consumer.tasks`, or `-c stage` for the command line. */
    readonly key: string,
    readonly value: unknown,
    /** What the key takes, as the end of a sentence: `an integer from 1 to 10`. */
    readonly allowed: string,
  ) {
    super(`${key} is ${value === undefined ? 'not given' : JSON.stringify(value)}; it must be ${allowed}`);
  }
}
