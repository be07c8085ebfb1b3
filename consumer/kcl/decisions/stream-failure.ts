import { KclError } from '../errors';

/**
 * What the failure of a call to a stream means. The service names its errors; below them are those of the SDK and of the network.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html#API_GetRecords_Errors
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html
 */

/**
 * - `throttled`, `kms-throttled`: too many calls, or bytes; it passes.
 * - `iterator-expired`: a new iterator is needed.
 * - `missing`: there is no such stream, or no such shard.
 * - `denied`: the credentials are good, and do not allow the call.
 * - `credentials`: they are missing, expired, or unknown to the service; it passes if they are renewed.
 * - `kms-key`: the stream's key cannot be used; it passes if the key is enabled or the role is allowed.
 * - `network`: no connection, or no answer in time; it passes.
 * - `service`: the service failed, or is not ready; it passes.
 * - `unknown`: anything else; tried again.
 */
export type StreamFailure =
  | 'throttled'
  | 'kms-throttled'
  | 'iterator-expired'
  | 'missing'
  | 'denied'
  | 'credentials'
  | 'kms-key'
  | 'network'
  | 'service'
  | 'unknown';

/** What is known of an error. */
export interface ErrorFacts {
  /** The service's name of it, or its class's. */
  readonly name: string;
  /** Of the operating system or of HTTP/2: `ECONNRESET`. */
  readonly code?: string | undefined;
  readonly httpStatus?: number | undefined;
}

/** What an error means; that of a KclError is what it was made from. */
export function streamFailureOf(error: unknown): StreamFailure {
  return classifyStreamFailure(factsOf(error instanceof KclError && error.cause !== undefined ? error.cause : error));
}

function factsOf(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) {
    return { name: typeof error };
  }
  const { code, $metadata } = error as Error & {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return { name: error.name, code: typeof code === 'string' ? code : undefined, httpStatus: $metadata?.httpStatusCode };
}

export function classifyStreamFailure({ name, code, httpStatus }: ErrorFacts): StreamFailure {
  const known = byName.get(name);
  if (known !== undefined) {
    return known;
  }
  if (code !== undefined && /^(E[A-Z_]+|ERR_HTTP2_.+|ERR_SSL_.+|UND_ERR_.+)$/.test(code)) {
    return 'network';
  }
  if (httpStatus === 429) {
    return 'throttled';
  }
  return httpStatus !== undefined && httpStatus >= 500 ? 'service' : 'unknown';
}

const names: Readonly<Record<Exclude<StreamFailure, 'unknown'>, readonly string[]>> = {
  throttled: [
    'ProvisionedThroughputExceededException',
    'LimitExceededException',
    'ThrottlingException',
    'Throttling',
    'ThrottledException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'TooManyRequestsException',
    'SlowDown',
  ],
  'kms-throttled': ['KMSThrottlingException'],
  'iterator-expired': ['ExpiredIteratorException'],
  missing: ['ResourceNotFoundException'],
  denied: ['AccessDeniedException', 'AccessDenied', 'NotAuthorized', 'NotAuthorizedException', 'OptInRequired'],
  credentials: [
    'ExpiredTokenException',
    'ExpiredToken',
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
    'IncompleteSignature',
    'IncompleteSignatureException',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'RequestExpired',
    // The SDK's own: no provider has any, or the one that has could not be reached.
    'CredentialsProviderError',
    'TokenProviderError',
  ],
  'kms-key': [
    'KMSDisabledException',
    'KMSInvalidStateException',
    'KMSAccessDeniedException',
    'KMSNotFoundException',
    'KMSOptInRequired',
  ],
  network: ['TimeoutError', 'RequestTimeout', 'RequestTimeoutException', 'NetworkingError'],
  // In use: the stream is being created, or its shards are being changed.
  service: [
    'InternalFailureException',
    'InternalFailure',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'ResourceInUseException',
  ],
};

const byName: ReadonlyMap<string, StreamFailure> = new Map(
  (Object.entries(names) as [StreamFailure, readonly string[]][]).flatMap(([failure, ofIt]) =>
    ofIt.map((name) => [name, failure] as const),
  ),
);
