import { AwsError } from '../http/aws-error';

/**
 * The exceptions of the API that the local service answers with, each a function of what was wrong.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html
 */
export const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgumentException', message);

export const resourceNotFound = (what: string, account: string): AwsError =>
  new AwsError('ResourceNotFoundException', `${what} under account ${account} not found.`);

export const resourceInUse = (message: string): AwsError => new AwsError('ResourceInUseException', message);

export const limitExceeded = (message: string): AwsError => new AwsError('LimitExceededException', message);

export const throughputExceeded = (shardId: string, stream: string, account: string): AwsError =>
  new AwsError('ProvisionedThroughputExceededException', throughputMessage(shardId, stream, account));

/** What a throttled record of PutRecords says, too. */
export const throughputMessage = (shardId: string, stream: string, account: string): string =>
  `Rate exceeded for shard ${shardId} in stream ${stream} under account ${account}.`;

export const expiredIterator = (createdAtMs: number, nowMs: number, lifetimeMs: number): AwsError =>
  new AwsError(
    'ExpiredIteratorException',
    `Iterator expired. It was created at ${new Date(createdAtMs).toISOString()}; now it is ${new Date(nowMs).toISOString()}, ` +
      `more than ${lifetimeMs} milliseconds later.`,
  );

export const expiredNextToken = (): AwsError => new AwsError('ExpiredNextTokenException', 'The pagination token has expired.');

/** A member of a request is not what the API's model says. `path` is the member's name. */
export const validationError = (path: string, value: unknown, constraint: string): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${describe(value)} at '${path}' failed to satisfy constraint: Member must ${constraint}`,
  );

/** An operation that is for streams with provisioned capacity only. */
export const onDemandRefused = (operation: string, stream: string): AwsError =>
  new AwsError(
    'ValidationException',
    `${operation} is only supported for streams with the PROVISIONED capacity mode; stream ${stream} is ON_DEMAND.`,
  );

function describe(value: unknown): string {
  if (value === undefined || value === null) {
    return 'null';
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `'${text.length > 100 ? `${text.slice(0, 100)}…` : text}'`;
}
