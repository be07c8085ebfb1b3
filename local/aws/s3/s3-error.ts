/**
 * An error that S3 answers with, as XML.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export class S3Error extends Error {
  override readonly name = 'S3Error';

  constructor(
    /** The code in the API: `NoSuchKey`. */
    readonly code: string,
    message: string,
    /** The HTTP status. */
    readonly statusCode: number,
    /** Further elements of the error document. @default none */
    readonly details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const noSuchBucket = (bucket: string): S3Error =>
  new S3Error('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: bucket });

export const noSuchKey = (key: string): S3Error =>
  new S3Error('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });

export const preconditionFailed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });

export const invalidArgument = (message: string): S3Error => new S3Error('InvalidArgument', message, 400);

/** The answer to an operation or option that exists in S3 and not here. Never a quiet success. */
export const notImplemented = (what: string): S3Error =>
  new S3Error('NotImplemented', `${what} is not supported by the local S3`, 501);
