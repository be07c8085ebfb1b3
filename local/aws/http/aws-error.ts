/** An error that a service answers with: its code, as the AWS API names it, and the HTTP status. */
export class AwsError extends Error {
  override readonly name = 'AwsError';

  constructor(
    /** The exception's name in the API: `ResourceNotFoundException`. */
    readonly code: string,
    message: string,
    /** @default 400 */
    readonly statusCode = 400,
    /** Further members of the error's shape. @default none */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The answer to an operation or option that exists in AWS and not here. Never a quiet success. */
export function notSupported(what: string): AwsError {
  return new AwsError('NotImplementedException', `${what} is not supported by the local AWS`, 501);
}
