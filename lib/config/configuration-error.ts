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
    /** What else is wrong in the same configuration; the message has a line for each. @default none */
    readonly others: readonly ConfigurationError[] = [],
  ) {
    const own = `${key} is ${shown(value)}; it must be ${allowed}`;
    super([own, ...others.map(({ message }) => message)].join('\n'));
  }

  /** One error for all that is wrong, those that are of several included. @returns undefined when nothing is */
  static of(errors: readonly ConfigurationError[]): ConfigurationError | undefined {
    const [first, ...others] = errors.flatMap((error) => [
      new ConfigurationError(error.key, error.value, error.allowed),
      ...error.others,
    ]);
    return first === undefined ? undefined : new ConfigurationError(first.key, first.value, first.allowed, others);
  }
}

/** Longest that a value may make a message. */
const maxShown = 120;

function shown(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'not given';
    case 'number':
    case 'bigint':
      return String(value);
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    default: {
      const json = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
      return json.length > maxShown ? `${json.slice(0, maxShown)}…` : json;
    }
  }
}
