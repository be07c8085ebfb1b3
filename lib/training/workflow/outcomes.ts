import { Choice, Condition, Fail, JsonPath, Pass, Succeed, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { outcomeMessages, type OutcomeMessage } from './outcome-messages';
import type { TrainingWorkflowProps } from './steps';
import { tell } from './tell';

/** The ways in which a run ends: each tells of itself first. */
export interface Outcomes {
  readonly approved: IChainable;
  readonly awaitsApproval: IChainable;
  readonly rejected: IChainable;
  readonly nothingToTrain: IChainable;
  /** A gate, or the budget, holds the training back: the reason is in `$.held.reason`. */
  readonly held: IChainable;
  /** The run has waited for as long as it may: the reason is in `$.failure`. */
  readonly windowNotClosed: IChainable;
  /** A step failed: its error is in `$.failure`. */
  readonly failed: IChainable;
}

export type OutcomesProps = Pick<TrainingWorkflowProps, 'notifications' | 'pipeline' | 'runbookUrl'>;

/** The ends of the workflow. What held a run back is an end as good as any: it did what it should. */
export function outcomes(scope: Construct, props: OutcomesProps): Outcomes {
  const told = (what: string, message: OutcomeMessage, next: IChainable): IChainable =>
    tell(scope, what, { ...props, topic: props.notifications, message, next });
  const succeeds = (what: string, message: OutcomeMessage, end: string): IChainable =>
    told(what, message, new Succeed(scope, end));
  const runFailed = new Fail(scope, 'RunFailed', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
  return {
    approved: succeeds('Approval', outcomeMessages.approved, 'ModelApproved'),
    awaitsApproval: succeeds('Waiting', outcomeMessages.awaitsApproval, 'ModelAwaitsApproval'),
    rejected: succeeds('Rejection', outcomeMessages.rejected, 'ModelRejected'),
    nothingToTrain: succeeds('Nothing', outcomeMessages.nothingToTrain, 'NothingToTrain'),
    held: succeeds('HoldingBack', outcomeMessages.held, 'TrainingHeldBack'),
    windowNotClosed: told('OpenWindow', outcomeMessages.windowNotClosed, runFailed),
    failed: messageOnly(scope, told('Failure', outcomeMessages.failed, runFailed)),
  };
}

/**
 * What a function threw comes as JSON with the stack; its message is all that a person needs here, the rest is in the function's log.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function messageOnly(scope: Construct, next: IChainable): IChainable {
  const failureOf = (id: string, Cause: string, more: Readonly<Record<string, string>> = {}) =>
    Pass.jsonPath(scope, id, {
      parameters: { Error: JsonPath.stringAt('$.failure.Error'), Cause, ...more },
      resultPath: '$.failure',
    });
  const ofFunction = failureOf('ReadError', JsonPath.stringAt('$.failure.Cause'), {
    Details: JsonPath.stringAt('States.StringToJson($.failure.Cause)'),
  })
    .next(failureOf('TakeMessage', JsonPath.stringAt('$.failure.Details.errorMessage')))
    .next(next);
  return new Choice(scope, 'DidFunctionThrow')
    .when(Condition.stringMatches('$.failure.Cause', '{*"errorMessage":*}'), ofFunction)
    .otherwise(next);
}
