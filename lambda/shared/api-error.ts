import { trainingErrors, type TrainingErrorName } from '../../core/training-error';
import { TrainingError } from './training-error';

/** Names under which calls are refused for their number. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html */
const throttlingNames: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);

/** Names for a request that the service does not take, as one that names what there is not. */
const invalidNames: ReadonlySet<string> = new Set([
  'ValidationException',
  'ValidationError',
  'ResourceNotFound',
  'ConflictException',
]);

/** Names for a caller without the right. */
const deniedNames: ReadonlySet<string> = new Set(['AccessDeniedException', 'AccessDenied', 'NotAuthorized']);

/** The name of an SDK's error; empty for anything else. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/**
 * An error of SageMaker's API under the name by which the state machine knows what to do: to retry, soon or in minutes, or to tell a
 * person. One that is none of these, such as a broken connection, is left as it is.
 *
 * @param operation what was asked for, for the message: `CreateTrainingJob iot-to-model-…`
 * @param requestInvalid the name for a request that is not taken
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 */
export function typedApiError(
  error: unknown,
  operation: string,
  requestInvalid: TrainingErrorName = trainingErrors.requestInvalid,
): unknown {
  if (!(error instanceof Error) || error instanceof TrainingError) {
    return error;
  }
  const typed = (code: TrainingErrorName): TrainingError =>
    new TrainingError(code, `${operation}: ${error.message}`, { cause: error });
  if (throttlingNames.has(error.name)) {
    return typed(trainingErrors.throttled);
  }
  if (error.name === 'ResourceLimitExceeded') {
    return typed(trainingErrors.resourceLimitExceeded);
  }
  if (invalidNames.has(error.name)) {
    return typed(requestInvalid);
  }
  if (deniedNames.has(error.name)) {
    return typed(trainingErrors.accessDenied);
  }
  return isFaultOfTheService(error) ? typed(trainingErrors.serviceUnavailable) : error;
}

/** What a call gives. @throws as `typedApiError` makes of what it rejects with */
export async function typedCall<T>(operation: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error: unknown) {
    throw typedApiError(error, operation);
  }
}

/** The SDK marks errors by whose fault they are. */
function isFaultOfTheService(error: Error): boolean {
  return '$fault' in error && error.$fault === 'server';
}
