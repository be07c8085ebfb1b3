import { streamFailureOf } from '../../decisions/stream-failure';
import { errorName, KclError } from '../../errors';

/**
 * The error of a call to a stream as the runtime understands it: a KclError that says what to do when somebody has to do something,
 * else the error itself.
 */
export function toStreamError(error: unknown, stream: string): unknown {
  const name = errorName(error);
  const said = error instanceof Error ? error.message : String(error);
  switch (streamFailureOf(error)) {
    case 'missing':
      return new KclError(
        'STREAM_MISSING',
        `there is no stream ${stream}, or a shard of it is gone: check its name, region and account`,
        {
          cause: error,
        },
      );
    case 'denied':
      return new KclError(
        'ACCESS_DENIED',
        `not allowed to read stream ${stream}. Allow the role kinesis:ListShards, kinesis:GetShardIterator and kinesis:GetRecords on it ` +
          `(${name}: ${said})`,
        { cause: error },
      );
    case 'credentials':
      return new KclError(
        'CREDENTIALS_REFUSED',
        `the credentials for stream ${stream} were not accepted (${name}: ${said}). Renew them, check that the role still exists and ` +
          "that this machine's clock is right, then start the worker again",
        { cause: error },
      );
    case 'kms-key':
      return new KclError(
        'KMS_KEY_UNUSABLE',
        `the key that stream ${stream} is encrypted with cannot be used (${name}: ${said}). Enable the key, or allow the role kms:Decrypt ` +
          'on it, before the retention of the records is over, then start the worker again',
        { cause: error },
      );
    default:
      return error;
  }
}

/** The stream does not know the sequence number that a lease names. */
export function toCheckpointError(error: unknown, stream: string, shardId: string, sequenceNumber: string): KclError {
  return new KclError(
    'CHECKPOINT_FOREIGN',
    `stream ${stream} refuses the checkpoint ${sequenceNumber} of shard ${shardId}: it is not a sequence number of that shard. If the stream ` +
      'was deleted and made again under its old name, delete the rows of the lease table, or use another application name',
    { cause: error },
  );
}
