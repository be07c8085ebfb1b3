import { Choice, Condition, JsonPath, Pass, Wait, WaitTime, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Outcomes } from './outcomes';
import type { Steps, TrainingWorkflowProps } from './steps';

/**
 * Asks whether the window is closed, again and again, and once it is lets Firehose write what it still holds: from then on every row that
 * arrived before the cutoff is in the lake. A window that stays open for too long ends the run.
 *
 * @param next what follows on a closed window, in `$.window`
 */
export function closedWindow(
  scope: Construct,
  steps: Steps,
  outcomes: Outcomes,
  props: TrainingWorkflowProps,
  next: IChainable,
): IChainable {
  const check = steps.caught(
    steps.invoke(
      'CheckWindow',
      props.functions.checkWindow,
      {
        input: JsonPath.objectAt('$$.Execution.Input'),
        executionName: JsonPath.stringAt('$$.Execution.Name'),
        startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
      },
      '$.window',
    ),
  );
  const wait = new Wait(scope, 'WaitForWindow', { time: WaitTime.duration(props.windowPollInterval) });
  wait.next(check);
  const deliver = new Wait(scope, 'LetFirehoseDeliver', { time: WaitTime.duration(props.deliveryBuffer) }).next(next);
  const overdue = Pass.jsonPath(scope, 'WindowNotClosed', {
    parameters: { Error: 'WindowNotClosed', Cause: JsonPath.stringAt('$.window.reason') },
    resultPath: '$.failure',
  }).next(outcomes.windowNotClosed);
  const status = (name: string): Condition => Condition.stringEquals('$.window.status', name);
  return check.next(
    new Choice(scope, 'IsWindowClosed')
      .when(status('closed'), deliver)
      .when(status('open'), wait)
      .when(status('overdue'), overdue)
      .otherwise(
        steps.failure('WindowNotUnderstood', {
          Error: 'WindowNotUnderstood',
          Cause: 'CheckWindow answered with a status that is neither closed nor open nor overdue.',
        }),
      ),
  );
}
