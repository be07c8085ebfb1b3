import { randomUUID } from 'node:crypto';
import { TaskError, type TaskHandler } from './task-handler';

/** What a state machine publishes to a topic. */
export interface Notification {
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string;
}

/** The longest message, in bytes, and the longest subject, in characters. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const maxMessageBytes = 256 * 1024;
const subjectPattern = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;

/**
 * `arn:aws:states:::sns:publish`: hands the message over and answers with an id.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
 */
export function publish(notify: (notification: Notification) => void): TaskHandler {
  return async (input) => {
    const { TopicArn, Message, Subject, ...others } = (input ?? {}) as Readonly<Record<string, unknown>>;
    const other = Object.keys(others)[0];
    if (other !== undefined) {
      throw new TaskError('States.Runtime', `sns:publish: parameter ${other} is not supported by the local run`);
    }
    if (typeof TopicArn !== 'string' || !/^arn:[^:]+:sns:[^:]*:[^:]*:[^:]+$/.test(TopicArn)) {
      throw invalid(`TopicArn ${String(TopicArn)} is no topic`);
    }
    if (typeof Message !== 'string' || Message === '' || Buffer.byteLength(Message) > maxMessageBytes) {
      throw invalid(`Message is text of 1 to ${maxMessageBytes} bytes`);
    }
    if (Subject !== undefined && !(typeof Subject === 'string' && subjectPattern.test(Subject))) {
      throw invalid('Subject is at most 100 printable ASCII characters');
    }
    notify({ topicArn: TopicArn, message: Message, ...(typeof Subject === 'string' && { subject: Subject }) });
    return { MessageId: randomUUID() };
  };
}

function invalid(reason: string): TaskError {
  return new TaskError('SNS.InvalidParameterException', `Invalid parameter: ${reason}`);
}
