import {
  Choice,
  Condition,
  IntegrationPattern,
  JsonPath,
  Parallel,
  Pass,
  type IChainable,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { AthenaStartQueryExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Outcomes } from './outcomes';
import { retried, type Steps, type TrainingWorkflowProps } from './steps';

/**
 * Plans a training set, builds it unless it is there, and holds it to the gates before a job is paid for.
 *
 * Statements are not repeated when they fail half way: UNLOAD refuses a place that is not empty. The next run has a place of its own.
 *
 * @param next what follows on a training set that may be trained on, with `$.plan` and `$.card`
 */
export function trainingSet(
  scope: Construct,
  steps: Steps,
  outcomes: Outcomes,
  props: TrainingWorkflowProps,
  next: IChainable,
): IChainable {
  const { functions } = props;
  const plan = steps.caught(
    steps.invoke(
      'PlanTraining',
      functions.planTraining,
      { window: JsonPath.objectAt('$.window'), executionName: JsonPath.stringAt('$$.Execution.Name') },
      '$.plan',
    ),
  );
  const build = steps.caught(new Parallel(scope, 'BuildTrainingSet', { resultPath: JsonPath.DISCARD }));
  for (const [id, statement] of [
    ['UnloadExamples', 'examples'],
    ['UnloadCounts', 'counts'],
    ['UnloadInputs', 'inputs'],
  ] as const) {
    build.branch(unload(scope, id, `$.plan.statements.${statement}`, props));
  }
  const inspect = steps.caught(
    steps.invoke(
      'InspectTrainingSet',
      functions.inspectTrainingSet,
      { plan: JsonPath.objectAt('$.plan'), force: JsonPath.objectAt('$.window.force') },
      '$.card',
    ),
  );
  const held = Pass.jsonPath(scope, 'HeldByGates', {
    parameters: { reason: JsonPath.stringAt('$.card.reason') },
    resultPath: '$.held',
  }).next(outcomes.held);
  const passing = new Choice(scope, 'DoGatesPass').when(Condition.stringEquals('$.card.status', 'passed'), next).otherwise(held);
  const inspected = inspect.next(passing);
  const status = (name: string): Condition => Condition.stringEquals('$.plan.status', name);
  return plan.next(
    new Choice(scope, 'IsThereSomethingToTrain')
      .when(status('ready'), build.next(inspected))
      .when(status('built'), inspected)
      .when(status('nothing-to-train'), outcomes.nothingToTrain)
      .otherwise(
        steps.failure('PlanNotUnderstood', {
          Error: 'PlanNotUnderstood',
          Cause: 'PlanTraining answered with a status that is neither ready nor built nor nothing-to-train.',
        }),
      ),
  );
}

/** Runs a statement, and waits until Athena is done. Too many queries at a time is refused before one has begun. */
function unload(
  scope: Construct,
  id: string,
  statement: string,
  { workgroupName, databaseName }: TrainingWorkflowProps,
): TaskStateBase {
  const query = AthenaStartQueryExecution.jsonPath(scope, id, {
    integrationPattern: IntegrationPattern.RUN_JOB,
    queryString: JsonPath.stringAt(statement),
    queryExecutionContext: { databaseName },
    workGroup: workgroupName,
    resultPath: JsonPath.DISCARD,
  });
  return retried(query, ['Athena.TooManyRequestsException']);
}
