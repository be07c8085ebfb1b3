import { JsonPath, Pass, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Outcomes } from './outcomes';

/** Where a step goes that the budget has no room for: what the function said is the reason for which the run is held back. */
export function heldByBudget(scope: Construct, outcomes: Outcomes): IChainable {
  const read = Pass.jsonPath(scope, 'ReadBudgetError', {
    parameters: { error: JsonPath.stringAt('States.StringToJson($.failure.Cause)') },
    resultPath: '$.exceeded',
  });
  const held = Pass.jsonPath(scope, 'HeldByBudget', {
    parameters: { reason: JsonPath.stringAt('$.exceeded.error.errorMessage') },
    resultPath: '$.held',
  });
  return read.next(held).next(outcomes.held);
}
