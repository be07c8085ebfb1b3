import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { JsonPath, Pass, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { trainingErrors } from '../../../core/training-error';
import type { Steps } from './steps';

/** Says whether jobs that are started from here on do without spot capacity. */
export function setCapacity(scope: Construct, id: string, onDemand: boolean): Pass {
  return Pass.jsonPath(scope, id, { parameters: { onDemand }, resultPath: '$.capacity' });
}

/**
 * A step that starts a job on a training set, by `$.plan`, `$.card` and `$.capacity`.
 * @param more what else the function is given
 */
export function startsJob(
  steps: Steps,
  id: string,
  lambdaFunction: IFunction,
  resultPath: string,
  heldByBudget: IChainable,
  more: Readonly<Record<string, unknown>> = {},
): LambdaInvoke {
  const start = steps.invoke(
    id,
    lambdaFunction,
    {
      plan: JsonPath.objectAt('$.plan'),
      card: JsonPath.objectAt('$.card'),
      capacity: JsonPath.objectAt('$.capacity'),
      force: JsonPath.objectAt('$.window.force'),
      ...more,
    },
    resultPath,
  );
  // Room in the account may become free, so this is given up only after half an hour.
  start.addRetry({
    errors: [trainingErrors.resourceLimitExceeded],
    interval: Duration.minutes(1),
    backoffRate: 2,
    maxAttempts: 5,
  });
  start.addCatch(heldByBudget, { errors: [trainingErrors.budgetExceeded], resultPath: '$.failure' });
  return steps.caught(start);
}
