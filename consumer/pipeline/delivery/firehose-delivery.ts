import type { FirehoseClient, PutRecordBatchCommandOutput } from '@aws-sdk/client-firehose';
import { DeliveryRefusedError, type DeliveryPort, type PutOutcome } from './delivery-port';
import { putRecordBatch } from './put-record-batch';

/**
 * Errors that no retry mends. Everything else (throttling, 5xx, KMS, time-outs, refused connections, credentials that are being
 * renewed) is taken for passing.
 */
const permanentErrors: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'InvalidArgumentException',
  'InvalidSourceException',
  'MissingAuthenticationTokenException',
  'NotImplementedException',
  'ResourceNotFoundException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationException',
]);

/**
 * Delivery by Amazon Data Firehose, direct put. Give it a client with `maxAttempts: 1`: `deliver` retries, and retries only what
 * failed, so retries in the client would multiply.
 */
export class FirehoseDelivery implements DeliveryPort {
  constructor(private readonly client: FirehoseClient) {}

  async put(stream: string, records: readonly Uint8Array[], signal: AbortSignal): Promise<PutOutcome> {
    let output: PutRecordBatchCommandOutput;
    try {
      output = await this.client.send(putRecordBatch(stream, records), { abortSignal: signal });
    } catch (error: unknown) {
      const { name, message } = error instanceof Error ? error : { name: 'UnknownError', message: String(error) };
      if (permanentErrors.has(name)) {
        throw new DeliveryRefusedError(stream, name, message, { cause: error });
      }
      return { type: 'unavailable', code: name, message };
    }
    const { FailedPutCount: failedCount = 0, RequestResponses: responses = [] } = output;
    if (failedCount === 0) {
      return { type: 'answered', failed: [] };
    }
    const failed = responses.flatMap(({ ErrorCode: code }, index) => (code === undefined ? [] : [{ index, code }]));
    if (responses.length !== records.length || failed.length !== failedCount) {
      const message = `${failed.length} of ${responses.length} responses tell of a failure; ${failedCount} of ${records.length} records failed`;
      return { type: 'unavailable', code: 'IncompleteResponse', message };
    }
    return { type: 'answered', failed };
  }
}
