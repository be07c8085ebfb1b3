import { PublishCommand, type PublishCommandInput, type SNSClient } from '@aws-sdk/client-sns';
import { membersOf, plainOutput } from './sdk-task';
import { serviceError, type TaskHandler } from './task-handler';

/**
 * `arn:aws:states:::sns:publish`: publishes and answers with the message's id. A Message that is no text goes out as its JSON.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
 */
export function publish(client: SNSClient): TaskHandler {
  return async (input, { signal }) => {
    const { Message: message, ...others } = membersOf(input);
    const request = { ...others, Message: typeof message === 'string' ? message : JSON.stringify(message) };
    try {
      return plainOutput(await client.send(new PublishCommand(request as PublishCommandInput), { abortSignal: signal }));
    } catch (error: unknown) {
      throw serviceError('SNS', error);
    }
  };
}
