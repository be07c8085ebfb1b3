import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Choice,
  Condition,
  DefinitionBody,
  Errors,
  Fail,
  IntegrationPattern,
  JsonPath,
  Map as MapState,
  Succeed,
  Wait,
  WaitTime,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { AthenaStartQueryExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { messageOnly } from '../training/workflow/outcomes';
import { retried, Steps } from '../training/workflow/steps';
import { announce, tell } from '../training/workflow/tell';
import { scoringMessages } from './scoring-messages';

export interface ScoringWorkflowProps {
  readonly functions: {
    readonly planScoring: IFunction;
    readonly listRows: IFunction;
    readonly scoreRows: IFunction;
    readonly finishScoring: IFunction;
  };
  readonly workgroupName: string;
  readonly databaseName: string;
  /** After its arrival a row may be missing from the lake for this long. */
  readonly deliveryBuffer: Duration;
  /** Where failures are told. */
  readonly notifications: ITopic;
  /** The pipeline's name, for people, and the end of the source of its events. */
  readonly pipeline: string;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
}

/** Files that are scored at a time. */
const filesAtATime = 8;

/**
 * The way from rows that have arrived to predictions, in JSONPath. State, from step to step:
 *
 *     { scheduledTime }                  what the run was started with; nothing follows from it
 *     { …, plan: { status, batch, … } }  PlanScoring: which rows, by which model; or nothing to score
 *     { …, rows: { files, rows } }       ListRows: what UnloadRows has written, in this run or an earlier one
 *     { …, scored: [{ number, rows }] }  ScoreRows, for each file
 *     { …, finished }                    FinishScoring
 *     { …, failure: { Error, Cause } }   instead, from the step that failed
 *
 * Every way ends in BatchScored, NothingToScore, or RunFailed. Each step may run twice, and two runs may be under way at once: the batch,
 * the list of its files and the files of predictions have names that follow from the arrival times.
 */
export function scoringWorkflow(scope: Construct, props: ScoringWorkflowProps): DefinitionBody {
  const { functions, notifications: topic } = props;
  const runFailed = new Fail(scope, 'RunFailed', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
  const failed = messageOnly(
    scope,
    tell(scope, 'Failure', { ...props, topic, message: scoringMessages.failed, next: runFailed }),
  );
  const steps = new Steps(scope, failed);

  const plan = steps.caught(
    steps.invoke('PlanScoring', functions.planScoring, { executionName: JsonPath.stringAt('$$.Execution.Name') }, '$.plan'),
  );
  const deliver = new Wait(scope, 'LetFirehoseDeliver', { time: WaitTime.duration(props.deliveryBuffer) });
  const unload = steps.caught(unloadRows(scope, props));
  const listRows = steps.caught(steps.invoke('ListRows', functions.listRows, { plan: JsonPath.objectAt('$.plan') }, '$.rows'));
  const scoreFiles = new MapState(scope, 'ScoreFiles', {
    itemsPath: '$.rows.files',
    itemSelector: { batch: JsonPath.objectAt('$.plan.batch'), file: JsonPath.objectAt('$$.Map.Item.Value') },
    maxConcurrency: filesAtATime,
    resultPath: '$.scored',
  });
  scoreFiles.itemProcessor(
    steps.invoke(
      'ScoreRows',
      functions.scoreRows,
      { batch: JsonPath.objectAt('$.batch'), file: JsonPath.objectAt('$.file') },
      '$',
    ),
  );
  scoreFiles.addCatch(failed, { errors: [Errors.ALL], resultPath: '$.failure' });
  const finish = steps.caught(
    steps.invoke(
      'FinishScoring',
      functions.finishScoring,
      {
        batch: JsonPath.objectAt('$.plan.batch'),
        executionName: JsonPath.stringAt('$$.Execution.Name'),
        scored: JsonPath.objectAt('$.scored'),
      },
      '$.finished',
    ),
  );
  const scored = announce(scope, 'Batch', { ...props, message: scoringMessages.scored, next: new Succeed(scope, 'BatchScored') });
  const listed = listRows.next(scoreFiles).next(finish).next(scored);
  const status = (name: string): Condition => Condition.stringEquals('$.plan.status', name);
  const unloaded = new Choice(scope, 'AreRowsThere')
    .when(Condition.booleanEquals('$.plan.unloaded', true), listed)
    .otherwise(deliver.next(unload).next(listed));
  return DefinitionBody.fromChainable(
    plan.next(
      new Choice(scope, 'IsThereSomethingToScore')
        .when(status('ready'), unloaded)
        .when(status('nothing-to-score'), new Succeed(scope, 'NothingToScore'))
        .otherwise(
          steps.failure('PlanNotUnderstood', {
            Error: 'PlanNotUnderstood',
            Cause: 'PlanScoring answered with a status that is neither ready nor nothing-to-score.',
          }),
        ),
    ),
  );
}

/** Writes the rows of the batch, and waits until Athena is done. Not repeated when it fails half way: UNLOAD wants an empty place, and the next run has its own. */
function unloadRows(scope: Construct, { workgroupName, databaseName }: ScoringWorkflowProps): TaskStateBase {
  const query = AthenaStartQueryExecution.jsonPath(scope, 'UnloadRows', {
    integrationPattern: IntegrationPattern.RUN_JOB,
    queryString: JsonPath.stringAt('$.plan.statement'),
    queryExecutionContext: { databaseName },
    workGroup: workgroupName,
    resultPath: JsonPath.DISCARD,
  });
  return retried(query, ['Athena.TooManyRequestsException']);
}
