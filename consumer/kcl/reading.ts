import { KclError } from './errors';

/** How shards are read. */
export type Reading = PollingReading | FanOutReading;

/** By GetRecords: no further charge, and 2 MiB and five calls a second and shard, which all consumers of the stream share. */
export interface PollingReading {
  readonly kind: 'polling';
}

/**
 * By enhanced fan-out: records are pushed as they arrive, at up to 2 MiB a second and shard for this consumer alone. Charged per
 * gigabyte and, on provisioned streams, per consumer, shard and hour. Where it is not possible the worker polls, and says so.
 */
export interface FanOutReading {
  readonly kind: 'fan-out';
  /**
   * The name of the stream's consumer; it is registered when there is none, and never deregistered. 1 to 128 letters, digits,
   * `_ . -`. Not together with `consumerArn`.
   * @default the application's name
   */
  readonly consumerName?: string;
  /** The ARN of a consumer that somebody else registers and deletes. Not together with `consumerName`. @default none */
  readonly consumerArn?: string;
  /**
   * A subscription that gives nothing for this long, not even the heartbeat that the service sends about every five seconds, is
   * cancelled and made anew. Milliseconds, at least 6000 and less than `readerStallTimeMs`.
   * @default half of readerStallTimeMs, from 6000 to 15000
   */
  readonly silenceTimeMs?: number;
  /** How long to poll before fan-out is tried again, give or take a quarter. Milliseconds, at least 10000. @default 300000 */
  readonly retryAfterMs?: number;
}

/** The defaults that do not depend on other options. */
export const fanOutDefaults = { retryAfterMs: 300_000 } as const satisfies Partial<FanOutReading>;

/** A heartbeat is due every five seconds; its absence is no sign before that. */
const leastSilenceMs = 6_000;
const mostSilenceByDefaultMs = 15_000;
const leastRetryAfterMs = 10_000;

/** The times of fan-out, defaults filled in. */
export type FanOutTimes = Required<Pick<FanOutReading, 'silenceTimeMs' | 'retryAfterMs'>>;

/** @throws KclError INVALID_OPTION, naming the option and what is allowed */
export function resolveFanOutTimes(reading: FanOutReading, readerStallTimeMs: number): FanOutTimes {
  const byDefault = Math.max(leastSilenceMs, Math.min(mostSilenceByDefaultMs, readerStallTimeMs / 2));
  const { silenceTimeMs = byDefault, retryAfterMs = fanOutDefaults.retryAfterMs } = reading;
  if (!(silenceTimeMs >= leastSilenceMs && silenceTimeMs < readerStallTimeMs)) {
    throw new KclError(
      'INVALID_OPTION',
      `reading.silenceTimeMs must be at least ${leastSilenceMs} and less than readerStallTimeMs (${readerStallTimeMs}), not ${silenceTimeMs}`,
    );
  }
  if (!(retryAfterMs >= leastRetryAfterMs && Number.isFinite(retryAfterMs))) {
    throw new KclError(
      'INVALID_OPTION',
      `reading.retryAfterMs must be a number of at least ${leastRetryAfterMs}, not ${retryAfterMs}`,
    );
  }
  return { silenceTimeMs, retryAfterMs };
}

/**
 * Which consumer to read as.
 *
 * @throws KclError INVALID_OPTION, naming the option and what is allowed
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
 */
export function resolveFanOutConsumer(
  { consumerArn, consumerName }: FanOutReading,
  application: string,
): { readonly consumerArn: string } | { readonly consumerName: string } {
  if (consumerArn !== undefined) {
    if (consumerName !== undefined) {
      throw new KclError('INVALID_OPTION', 'reading.consumerArn and reading.consumerName exclude each other');
    }
    if (!/^arn:[\w-]+:kinesis:[^:]*:[^:]*:stream\/[\w.-]+\/consumer\/[\w.-]+:\d+$/.test(consumerArn)) {
      throw new KclError('INVALID_OPTION', `reading.consumerArn must be the ARN of a stream's consumer, not ${consumerArn}`);
    }
    return { consumerArn };
  }
  const name = consumerName ?? application;
  if (!/^[\w.-]{1,128}$/.test(name)) {
    throw new KclError('INVALID_OPTION', `reading.consumerName must be 1 to 128 letters, digits, _ . -, not "${name}"`);
  }
  return { consumerName: name };
}
