import { Choice, Condition, JsonPath, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Outcomes } from './outcomes';
import type { Steps, TrainingWorkflowProps } from './steps';

/** Judges a trained model on rows that it has not seen, and registers it, approved or not: with `$.verdict` and `$.registered`. */
export function judgedModel(
  scope: Construct,
  steps: Steps,
  outcomes: Outcomes,
  { functions }: TrainingWorkflowProps,
): IChainable {
  const judge = steps.caught(
    steps.invoke(
      'JudgeModel',
      functions.judgeModel,
      { plan: JsonPath.objectAt('$.plan'), card: JsonPath.objectAt('$.card'), record: JsonPath.objectAt('$.record') },
      '$.verdict',
    ),
  );
  const register = steps.caught(
    steps.invoke(
      'RegisterModel',
      functions.registerModel,
      {
        plan: JsonPath.objectAt('$.plan'),
        card: JsonPath.objectAt('$.card'),
        record: JsonPath.objectAt('$.record'),
        verdict: JsonPath.objectAt('$.verdict'),
      },
      '$.registered',
    ),
  );
  // As the registry has it, not as judged: a model that was registered before keeps what was decided then.
  const approval = (name: string): Condition => Condition.stringEquals('$.registered.approval', name);
  return judge.next(register).next(
    new Choice(scope, 'IsModelApproved')
      .when(approval('Approved'), outcomes.approved)
      .when(approval('PendingManualApproval'), outcomes.awaitsApproval)
      .when(approval('Rejected'), outcomes.rejected)
      .otherwise(
        steps.failure('ApprovalNotUnderstood', {
          Error: 'ApprovalNotUnderstood',
          Cause: 'RegisterModel answered with an approval that is neither Approved nor PendingManualApproval nor Rejected.',
        }),
      ),
  );
}
