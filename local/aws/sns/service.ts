import { randomUUID } from 'node:crypto';
import type { ApiRecorder } from '../http/api-call';
import { AwsError, notSupported } from '../http/aws-error';
import type { FaultPlan } from '../http/faults';
import type { QueryMembers, QueryValue } from '../http/query-format';
import { startQueryService } from '../http/query-service';
import type { XmlElements } from '../http/xml';
import type { LocalService } from '../service';
import { contentOf, invalidParameter, maxMessageBytes, sizeOf, type Content, type SnsMessage } from './message';

export interface SnsProps {
  /** The ARNs of the topics that exist, all of the standard kind. */
  readonly topics: readonly string[];
  /** Told of every message that was published: nobody else has subscribed. */
  readonly onMessage: (message: SnsMessage) => void;
  /** What goes wrong with requests, on purpose. @default - nothing */
  readonly faults?: FaultPlan;
  /** Told of every request. @default - nobody is told */
  readonly recorder?: ApiRecorder;
}

/** @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const maxBatchEntries = 10;
const entryId = /^[A-Za-z0-9_-]{1,80}$/;

/**
 * Amazon SNS, as far as publishing goes: what is published is checked and handed over. Subscriptions, FIFO topics, phone numbers and a
 * message per protocol exist in AWS and not here; they are refused by name.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/welcome.html
 */
export function startSns(props: SnsProps): Promise<LocalService> {
  return startQueryService({
    name: 'sns',
    namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    operations: {
      Publish: (input) => {
        const content = contentOf(input, 'Publish', ['TopicArn']);
        return { MessageId: deliver(props, topicOf(props, input), content) };
      },
      PublishBatch: (input) => publishBatch(props, input),
    },
    ...(props.faults === undefined ? {} : { faults: props.faults }),
    ...(props.recorder === undefined ? {} : { recorder: props.recorder }),
  });
}

/** Each entry stands or falls for itself; a batch that is wrong as a whole is refused as a whole. */
function publishBatch(props: SnsProps, { PublishBatchRequestEntries: given, ...input }: QueryMembers): XmlElements {
  const unknown = Object.keys(input).find((name) => name !== 'TopicArn');
  if (unknown !== undefined) {
    throw notSupported(`sns: ${unknown} of PublishBatch`);
  }
  const topicArn = topicOf(props, input);
  const entries = entriesOf(given);
  const judged = entries.map((entry) => ({ id: idOf(entry), content: contentOrError(entry) }));
  const size = judged.reduce((sum, { content }) => sum + (content instanceof AwsError ? 0 : sizeOf(content)), 0);
  if (size > maxMessageBytes) {
    throw new AwsError('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.');
  }
  const successful: Record<'Id' | 'MessageId', string>[] = [];
  const failed: Record<'Id' | 'Code' | 'Message' | 'SenderFault', string>[] = [];
  for (const { id, content } of judged) {
    if (content instanceof AwsError) {
      failed.push({ Id: id, Code: content.code, Message: content.message, SenderFault: 'true' });
    } else {
      successful.push({ Id: id, MessageId: deliver(props, topicArn, content) });
    }
  }
  return { Successful: { member: successful }, Failed: { member: failed } };
}

function entriesOf(given: QueryValue | undefined): readonly QueryMembers[] {
  const entries = Array.isArray(given) ? (given as readonly QueryMembers[]) : [];
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (entries.length > maxBatchEntries) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `The batch request contains more entries than permissible: ${entries.length} of at most ${maxBatchEntries}.`,
    );
  }
  const ids = entries.map(idOf);
  if (new Set(ids).size < ids.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  return entries;
}

function idOf({ Id: id }: QueryMembers): string {
  if (typeof id !== 'string' || !entryId.test(id)) {
    throw new AwsError('InvalidBatchEntryId', "The Id of a batch entry in a batch request doesn't abide by the specification.");
  }
  return id;
}

function contentOrError(entry: QueryMembers): Content | AwsError {
  try {
    return contentOf(entry, 'PublishBatch', ['Id']);
  } catch (error: unknown) {
    // What the local service does not know is told as a whole: it is no fault of the entry.
    if (error instanceof AwsError && error.statusCode < 500) {
      return error;
    }
    throw error;
  }
}

/** @throws AwsError InvalidParameter, NotFound */
function topicOf({ topics }: SnsProps, { TopicArn: arn }: QueryMembers): string {
  if (typeof arn !== 'string' || !/^arn:[^:]+:sns:[^:]*:[^:]*:[^:]+$/.test(arn)) {
    throw invalidParameter(
      `TopicArn Reason: ${typeof arn === 'string' ? `${arn} is no topic` : 'no value for required parameter'}`,
    );
  }
  if (!topics.includes(arn)) {
    throw new AwsError('NotFound', 'Topic does not exist', 404);
  }
  return arn;
}

function deliver({ onMessage }: SnsProps, topicArn: string, content: Content): string {
  const messageId = randomUUID();
  onMessage({ topicArn, messageId, ...content });
  return messageId;
}
