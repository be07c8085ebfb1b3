import { errorName } from '../errors';
import { streamFailureOf, type StreamFailure } from './stream-failure';

/**
 * Why a call to the lease table failed.
 *
 * - `throttled`: the table, or a partition of it, has no capacity left for the call; it passes.
 * - `credentials`: they are missing, expired, or unknown to the service; it passes if they are renewed.
 * - `denied`, `missing`: the role does not allow the call, there is no such table: nothing that passes, the worker ends.
 * - `network`: no connection, or no answer in time; it passes.
 * - `service`: the service failed; it passes.
 * - `unknown`: anything else; tried again.
 */
export type TableFailure = Extract<
  StreamFailure,
  'throttled' | 'credentials' | 'denied' | 'missing' | 'network' | 'service' | 'unknown'
>;

/**
 * Sorts an error by what the service or the SDK calls it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function tableFailureOf(error: unknown): TableFailure {
  // The requests' own time limit ends them by a signal.
  if (errorName(error) === 'AbortError') {
    return 'network';
  }
  const failure = streamFailureOf(error);
  switch (failure) {
    case 'throttled':
    case 'credentials':
    case 'denied':
    case 'missing':
    case 'network':
    case 'service':
      return failure;
    default:
      // A table may be encrypted with a key of its own; the names of its errors are those of a stream's.
      return failure === 'kms-key' ? 'denied' : failure === 'kms-throttled' ? 'throttled' : 'unknown';
  }
}
