import { tableFailureOf } from '../../../../consumer/kcl/decisions/table-failure';
import { KclError } from '../../../../consumer/kcl';

const named = (name: string, more: object = {}): Error => Object.assign(new Error('x'), { name, ...more });

describe('the failure of a call to the lease table', () => {
  it.each([
    ['ProvisionedThroughputExceededException', 'throttled'],
    ['ThrottlingException', 'throttled'],
    ['RequestLimitExceeded', 'throttled'],
    ['ExpiredTokenException', 'credentials'],
    ['UnrecognizedClientException', 'credentials'],
    ['CredentialsProviderError', 'credentials'],
    ['AccessDeniedException', 'denied'],
    ['ResourceNotFoundException', 'missing'],
    ['TimeoutError', 'network'],
    ['AbortError', 'network'],
    ['SomethingElse', 'unknown'],
  ] as const)('%s is %s', (name, failure) => {
    expect(tableFailureOf(named(name))).toBe(failure);
  });

  it('is the network’s by its code, the service’s by its status, and that of its cause', () => {
    expect(tableFailureOf(named('Error', { code: 'ECONNRESET' }))).toBe('network');
    expect(tableFailureOf(named('Error', { $metadata: { httpStatusCode: 500 } }))).toBe('service');
    expect(tableFailureOf(new KclError('ACCESS_DENIED', 'no', { cause: named('AccessDeniedException') }))).toBe('denied');
    expect(tableFailureOf('text')).toBe('unknown');
  });
});
