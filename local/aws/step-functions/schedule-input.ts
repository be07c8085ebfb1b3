/** What EventBridge Scheduler knows when it calls a target. */
export interface ScheduleContext {
  /** The ARN of the schedule. */
  readonly scheduleArn: string;
  /** The time that the schedule named; the call may come later. */
  readonly scheduledTime: Date;
  /** Scheduler's own identifier of this call. */
  readonly executionId: string;
  /** 1 for the first try. @default 1 */
  readonly attemptNumber?: number;
}

/**
 * The input of a scheduled call: context attributes such as `<aws.scheduler.scheduled-time>` replaced, then parsed.
 *
 * @throws RangeError for an attribute that Scheduler does not have, SyntaxError when the result is not JSON
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function scheduleInput(input: string, context: ScheduleContext): unknown {
  const attributes: Readonly<Record<string, string>> = {
    'attempt-number': String(context.attemptNumber ?? 1),
    'execution-id': context.executionId,
    'schedule-arn': context.scheduleArn,
    // To the second: 2022-03-22T18:59:43Z
    'scheduled-time': context.scheduledTime.toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  const text = input.replace(/<aws\.scheduler\.([^>]*)>/g, (attribute, name: string) => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (value === undefined) {
      throw new RangeError(`${attribute} is no context attribute of EventBridge Scheduler`);
    }
    return value;
  });
  return JSON.parse(text) as unknown;
}
