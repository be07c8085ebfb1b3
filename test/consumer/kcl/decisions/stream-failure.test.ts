import { KclError } from '../../../../consumer/kcl';
import { classifyStreamFailure, streamFailureOf, type StreamFailure } from '../../../../consumer/kcl/decisions/stream-failure';

describe('what a failed call to a stream means', () => {
  it.each<[string, StreamFailure]>([
    ['ProvisionedThroughputExceededException', 'throttled'],
    ['LimitExceededException', 'throttled'],
    ['KMSThrottlingException', 'kms-throttled'],
    ['ExpiredIteratorException', 'iterator-expired'],
    ['ResourceNotFoundException', 'missing'],
    ['AccessDeniedException', 'denied'],
    ['ExpiredTokenException', 'credentials'],
    ['UnrecognizedClientException', 'credentials'],
    ['CredentialsProviderError', 'credentials'],
    ['KMSDisabledException', 'kms-key'],
    ['KMSAccessDeniedException', 'kms-key'],
    ['KMSInvalidStateException', 'kms-key'],
    ['KMSNotFoundException', 'kms-key'],
    ['KMSOptInRequired', 'kms-key'],
    ['TimeoutError', 'network'],
    ['InternalFailureException', 'service'],
    ['ResourceInUseException', 'service'],
    ['InvalidArgumentException', 'unknown'],
  ])('is told by the name of the error: %s is %s', (name, failure) => {
    expect(classifyStreamFailure({ name })).toBe(failure);
  });

  it.each(['ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ERR_HTTP2_STREAM_CANCEL'])('is told by the code of a connection: %s', (code) => {
    expect(streamFailureOf(Object.assign(new Error(), { code }))).toBe('network');
  });

  it('is told by the HTTP status when nothing else is known', () => {
    const answered = (httpStatusCode: number): Error => Object.assign(new Error(), { $metadata: { httpStatusCode } });
    expect([500, 503, 429, 400].map((status) => streamFailureOf(answered(status)))).toEqual([
      'service',
      'service',
      'throttled',
      'unknown',
    ]);
  });

  it('is that of the cause for an error of the library, and unknown for what is no error', () => {
    const cause = Object.assign(new Error(), { name: 'KMSDisabledException' });
    expect(streamFailureOf(new KclError('KMS_KEY_UNUSABLE', 'no', { cause }))).toBe('kms-key');
    expect(streamFailureOf(new KclError('KMS_KEY_UNUSABLE', 'no'))).toBe('unknown');
    expect(streamFailureOf('no')).toBe('unknown');
  });
});
