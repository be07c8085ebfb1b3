import {
  PublishBatchCommand,
  type MessageAttributeValue,
  type PublishBatchCommandOutput,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { AlertMessage, AlertPort, PublishOutcome } from './alert-port';

/**
 * Errors that no retry mends. Everything else (throttling, 5xx, KMS, time-outs, refused connections, credentials that are being
 * renewed) is taken for passing.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html#API_PublishBatch_Errors
 */
const permanentErrors: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'BatchRequestTooLong',
  'BatchRequestTooLongException',
  'InvalidClientTokenId',
  'InvalidParameter',
  'InvalidParameterException',
  'KMSAccessDenied',
  'KMSAccessDeniedException',
  'KMSDisabled',
  'KMSDisabledException',
  'KMSNotFound',
  'KMSNotFoundException',
  'NotFound',
  'NotFoundException',
  'ValidationError',
  'ValidationException',
]);

/**
 * Alerts by an SNS topic. Give it a client with `maxAttempts: 1`: `sendMessages` retries, and retries only what failed, so retries in
 * the client would multiply.
 */
export class SnsAlerts implements AlertPort {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
  ) {}

  async publish(messages: readonly AlertMessage[], signal: AbortSignal): Promise<PublishOutcome> {
    const command = new PublishBatchCommand({
      TopicArn: this.topicArn,
      PublishBatchRequestEntries: messages.map(({ attributes, body, subject }, index) => ({
        Id: String(index),
        Message: body,
        Subject: subject,
        MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attribute(value)])),
      })),
    });
    let output: PublishBatchCommandOutput;
    try {
      output = await this.client.send(command, { abortSignal: signal });
    } catch (error: unknown) {
      const { message, name } = error instanceof Error ? error : { name: 'UnknownError', message: String(error) };
      return { type: permanentErrors.has(name) ? 'refused' : 'unavailable', code: name, message };
    }
    const accepted = new Set((output.Successful ?? []).map(({ Id }) => Id));
    const failed = new Map((output.Failed ?? []).map((entry) => [entry.Id, entry]));
    return {
      type: 'answered',
      failed: messages.flatMap((_, index) => {
        const id = String(index);
        const entry = failed.get(id);
        return accepted.has(id)
          ? []
          : [{ index, code: entry?.Code ?? 'IncompleteResponse', isFinal: entry?.SenderFault === true }];
      }),
    };
  }
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
function attribute(value: string | number): MessageAttributeValue {
  return typeof value === 'number'
    ? { DataType: 'Number', StringValue: String(value) }
    : { DataType: 'String', StringValue: value };
}
