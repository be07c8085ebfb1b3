import { PutEventsCommand, type EventBridgeClient, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { membersOf, plainOutput } from './sdk-task';
import { serviceError, TaskError, type TaskHandler } from './task-handler';

type Entry = Readonly<Record<string, unknown>>;

/**
 * `arn:aws:states:::events:putEvents`: puts events on the bus. A Detail may be an object; the ARNs of the execution and of its state
 * machine are added to the resources; an entry that is not taken fails the task.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
 */
export function putEvents(client: EventBridgeClient): TaskHandler {
  return async (input, { signal, executionArn, stateMachineArn }) => {
    const { Entries: entries, ...others } = membersOf(input);
    const unknown = Object.keys(others)[0];
    if (unknown !== undefined || !Array.isArray(entries)) {
      throw new TaskError(
        'States.Runtime',
        `events:putEvents takes Entries alone${unknown === undefined ? '' : `, not ${unknown}`}`,
      );
    }
    const request = {
      Entries: (entries as readonly Entry[]).map(({ Detail: detail, Resources: resources, ...entry }) => ({
        ...entry,
        Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
        Resources: [...(Array.isArray(resources) ? (resources as unknown[]) : []), executionArn, stateMachineArn],
      })),
    };
    try {
      const output = await client.send(new PutEventsCommand(request as PutEventsCommandInput), { abortSignal: signal });
      if ((output.FailedEntryCount ?? 0) > 0) {
        throw new TaskError('EventBridge.FailedEntry', JSON.stringify(plainOutput(output)));
      }
      return plainOutput(output);
    } catch (error: unknown) {
      throw error instanceof TaskError ? error : serviceError('EventBridge', error);
    }
  };
}
