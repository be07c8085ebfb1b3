/**
 * Names of the objects that a delivery stream writes: an evaluated prefix, then
 * `<stream>-<version>-<yyyy-MM-dd-HH-mm-ss>-<uuid><extension>`. All times are in UTC and of the oldest record in the object.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 */

/** `!{firehose:error-output-type}`. The other types belong to destinations that there are none of here. */
export type ErrorOutputType = 'format-conversion-failed' | 'processing-failed';

export interface PrefixContext {
  /** When the oldest record of the object arrived, in milliseconds since the epoch. */
  readonly arrivalMs: number;
  /** @default - the prefix is not one for errors */
  readonly errorOutputType?: ErrorOutputType;
  /** Makes the 11 characters of `!{firehose:random-string}`, anew for each. */
  readonly randomString: () => string;
}

const expression = /!\{([^:}]*):?([^}]*)\}/g;

const defaultTime = '!{timestamp:yyyy/MM/dd/HH/}';

/** The prefix that holds when the stream says this: without an expression for the time, the hour is added. */
export function effectivePrefix(prefix: string): string {
  return prefix.includes('!{') ? prefix : prefix + defaultTime;
}

/** The prefix for errors that holds when the stream says this one, and `prefix` for data. */
export function effectiveErrorPrefix(errorOutputPrefix: string, prefix: string): string {
  if (errorOutputPrefix === '') {
    return `${prefix}!{firehose:error-output-type}/${defaultTime}`;
  }
  return errorOutputPrefix.includes('!{')
    ? errorOutputPrefix
    : `${errorOutputPrefix}!{firehose:error-output-type}/${defaultTime}`;
}

/** A prefix with its expressions evaluated. @throws RangeError for an expression that is not supported */
export function evaluatePrefix(prefix: string, context: PrefixContext): string {
  return prefix.replace(expression, (whole, namespace: string, value: string) => {
    if (namespace === 'timestamp') {
      return formatTimestamp(value, context.arrivalMs);
    }
    if (namespace === 'firehose' && value === 'random-string') {
      return context.randomString();
    }
    if (namespace === 'firehose' && value === 'error-output-type' && context.errorOutputType !== undefined) {
      return context.errorOutputType;
    }
    throw new RangeError(`the expression ${whole} is not supported in the prefix ${prefix}`);
  });
}

/** The rest of the key. */
export function objectSuffix(stream: string, arrivalMs: number, uuid: string, extension: string): string {
  return `${stream}-1-${formatTimestamp('yyyy-MM-dd-HH-mm-ss', arrivalMs)}-${uuid}${extension}`;
}

const fields: Readonly<Record<string, (date: Date) => string>> = {
  yyyy: (date) => String(date.getUTCFullYear()).padStart(4, '0'),
  yy: (date) => String(date.getUTCFullYear()).slice(-2),
  MM: (date) => two(date.getUTCMonth() + 1),
  M: (date) => String(date.getUTCMonth() + 1),
  dd: (date) => two(date.getUTCDate()),
  d: (date) => String(date.getUTCDate()),
  HH: (date) => two(date.getUTCHours()),
  H: (date) => String(date.getUTCHours()),
  mm: (date) => two(date.getUTCMinutes()),
  ss: (date) => two(date.getUTCSeconds()),
  SSS: (date) => String(date.getUTCMilliseconds()).padStart(3, '0'),
};

const two = (value: number): string => String(value).padStart(2, '0');

/**
 * The part of Java's DateTimeFormatter that names a date and a time of day in digits.
 * @throws RangeError for a letter that is not among them
 */
function formatTimestamp(pattern: string, epochMs: number): string {
  const date = new Date(epochMs);
  return pattern.replace(/'([^']*)'|([A-Za-z])\2*/g, (token, literal: string | undefined) => {
    if (literal !== undefined) {
      return literal === '' ? "'" : literal;
    }
    const field = fields[token];
    if (field === undefined) {
      throw new RangeError(`the timestamp pattern ${pattern} is not supported: ${token}`);
    }
    return field(date);
  });
}
