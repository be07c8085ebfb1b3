import { StageError } from '../run/stage-error';

/** What AWS, or the SDK for want of credentials, answers is for a person to mend, and needs no stack trace. */
export function saidByAws(error: unknown): unknown {
  return error instanceof Error && ('$fault' in error || error.name === 'CredentialsProviderError')
    ? new StageError(`${error.name}: ${error.message}`, [], { cause: error })
    : error;
}
