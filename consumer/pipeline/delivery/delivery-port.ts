/** A record that was not accepted, by its index in the request. */
export interface FailedEntry {
  readonly index: number;
  /** As the service names it: `ServiceUnavailableException`, `InternalFailure`. */
  readonly code: string;
}

/**
 * What became of a request. `answered`: all records but `failed` are stored durably. `unavailable`: the service throttled, failed
 * or could not be reached; none of the records is known to be stored, and the same request is worth another try.
 */
export type PutOutcome =
  | { readonly type: 'answered'; readonly failed: readonly FailedEntry[] }
  | { readonly type: 'unavailable'; readonly code: string; readonly message: string };

/** Limits of one request. @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html */
export const putLimits = { records: 500, bytes: 4 * 1024 * 1024 } as const;

/** Takes records for a delivery stream. */
export interface DeliveryPort {
  /**
   * Hands over records within `putLimits`. Aborting gives the request up, as `unavailable`.
   *
   * @throws DeliveryRefusedError when the request can never succeed
   */
  put(stream: string, records: readonly Uint8Array[], signal: AbortSignal): Promise<PutOutcome>;
}

/** The delivery stream refuses what it is given, and will whenever it is asked: it is missing, not permitted, or not ours to use. */
export class DeliveryRefusedError extends Error {
  override readonly name = 'DeliveryRefusedError';
  readonly code = 'delivery_refused';

  constructor(
    readonly stream: string,
    /** The exception's name in the API: `ResourceNotFoundException`. */
    readonly reason: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`delivery stream ${stream} refuses records: ${reason}: ${message}`, options);
  }
}
