import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Errors, JsonPath, TaskInput, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { OutcomeMessage } from './outcome-messages';

export interface TellProps {
  readonly topic: ITopic;
  /** The pipeline's name, in the subject and in the source of the event. */
  readonly pipeline: string;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
  readonly message: OutcomeMessage;
  /** The state that follows, whether or not the message got out: a message that is lost does not make a model worse. */
  readonly next: IChainable;
}

/** What the events of a pipeline come from. */
export function eventSource(pipeline: string): string {
  return `iot-to-model.${pipeline}`;
}

/**
 * Tells people of an outcome, and programs, and goes on; the state stays as it was.
 * @param what the end of the steps' names: `Approval` gives TellOfApproval and AnnounceApproval
 */
export function tell(scope: Construct, what: string, props: TellProps): IChainable {
  const announce = whateverHappens(announced(scope, `Announce${what}`, props), props.next);
  const publish = whateverHappens(published(scope, `TellOf${what}`, props), announce);
  return publish;
}

/** Tells programs alone of an outcome, and goes on. */
export function announce(scope: Construct, what: string, props: Omit<TellProps, 'topic'>): IChainable {
  return whateverHappens(announced(scope, `Announce${what}`, props), props.next);
}

function published(scope: Construct, id: string, { topic, pipeline, runbookUrl, message }: TellProps): SnsPublish {
  const names = [...message.text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const text = message.text.replace(/\{\w+\}/g, '{}');
  const readOn = message.section === undefined ? '' : ` What to do: ${inFormat(runbookUrl)}#${message.section}`;
  return SnsPublish.jsonPath(scope, id, {
    topic,
    subject: `${pipeline}: ${message.subject}`,
    message: TaskInput.fromText(
      JsonPath.format(
        `${text} Execution: {}${readOn}`,
        ...names.map((name) => JsonPath.stringAt(pathOf(message, name))),
        JsonPath.stringAt('$$.Execution.Id'),
      ),
    ),
    resultPath: JsonPath.DISCARD,
  });
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html */
function announced(
  scope: Construct,
  id: string,
  { pipeline, message, runbookUrl }: Omit<TellProps, 'topic'>,
): EventBridgePutEvents {
  const values = Object.entries(message.values).map(([name, path]) => [name, JsonPath.objectAt(path)] as const);
  const detail = {
    ...Object.fromEntries(values),
    pipeline,
    execution: JsonPath.stringAt('$$.Execution.Id'),
    ...(message.section !== undefined && { readOn: `${runbookUrl}#${message.section}` }),
  };
  return EventBridgePutEvents.jsonPath(scope, id, {
    entries: [{ source: eventSource(pipeline), detailType: message.detailType, detail: TaskInput.fromObject(detail) }],
    resultPath: JsonPath.DISCARD,
  });
}

function whateverHappens(task: EventBridgePutEvents | SnsPublish, next: IChainable): IChainable {
  task.addRetry({ errors: [Errors.ALL], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 5 });
  task.addCatch(next, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD });
  return task.next(next);
}

function pathOf({ values }: OutcomeMessage, name: string): string {
  const path = values[name];
  if (path === undefined) {
    throw new RangeError(`a message tells {${name}}, which is none of its values`);
  }
  return path;
}

/** An address without the characters that have a meaning in `States.Format`. */
function inFormat(url: string): string {
  return url.replace(/['{}\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
