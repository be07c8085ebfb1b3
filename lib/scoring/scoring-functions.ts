import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type {
  finishScoringEnvironment,
  listRowsEnvironment,
  planScoringEnvironment,
  scoreRowsEnvironment,
} from '../../core/environment';
import { predictionsTableName } from '../../core/predictions';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import type { EnvironmentOf } from '../shared/environment-of';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import type { RuntimeCode } from '../shared/runtime-code';
import { WaitedFunction } from '../shared/waited-function';
import type { ModelGroup } from '../training/model-group';
import {
  finishScoringPermissions,
  listRowsPermissions,
  planScoringPermissions,
  scoreRowsPermissions,
} from './function-permissions';

export interface ScoringFunctionsProps extends FoundedStackProps {
  readonly lake: Lake;
  /** Where the consumer keeps how far it is. */
  readonly leaseTable: Table;
  /** The models that there are. */
  readonly models: ModelGroup;
  readonly code: Pick<RuntimeCode, keyof ScoringFunctions>;
}

/** The steps of the workflow that need code. */
export interface ScoringFunctions {
  /** Decides which rows are scored next, and by which model. */
  readonly planScoring: WaitedFunction;
  /** Lists the files with the rows of a batch. */
  readonly listRows: WaitedFunction;
  /** Scores the rows of a file. */
  readonly scoreRows: WaitedFunction;
  /** Ends a batch. */
  readonly finishScoring: WaitedFunction;
}

const short = Duration.minutes(5);
/** As long as Lambda lets a call take. */
const longest = Duration.minutes(15);

/** The functions, each with what it has to know and what it may do. */
export function scoringFunctions(scope: Construct, props: ScoringFunctionsProps): ScoringFunctions {
  const { code, config, domain, foundation, lake, leaseTable, models, prefix } = props;
  const ofAll = { config, foundation };
  const lakeBucket = lake.bucket.bucketName;
  const plan: EnvironmentOf<typeof planScoringEnvironment> = {
    DOMAIN: domain.name,
    LAKE_BUCKET: lakeBucket,
    LEASE_TABLE_NAME: leaseTable.tableName,
    SCORING_PREFIX: lakeLayout.scoring,
    MODEL_PACKAGE_GROUP: models.groupName,
    BACKFILL_HOURS: String(config.scoring.backfillHours),
    PIPELINE: prefix,
  };
  const rows: EnvironmentOf<typeof listRowsEnvironment> = { LAKE_BUCKET: lakeBucket, SCORING_PREFIX: lakeLayout.scoring };
  const score: EnvironmentOf<typeof scoreRowsEnvironment> = {
    DOMAIN: domain.name,
    LAKE_BUCKET: lakeBucket,
    PREDICTIONS_PREFIX: lakeLayout.table(predictionsTableName),
  };
  const finish: EnvironmentOf<typeof finishScoringEnvironment> = { ...rows, PIPELINE: prefix };
  return {
    planScoring: new WaitedFunction(scope, 'PlanScoringFunction', {
      ...ofAll,
      description: 'Decides which rows are scored next, and by which model',
      codeDirectory: code.planScoring,
      environment: plan,
      permissions: planScoringPermissions(lake, leaseTable, models),
      timeout: short,
    }),
    listRows: new WaitedFunction(scope, 'ListRowsFunction', {
      ...ofAll,
      description: 'Lists the files with the rows of a batch',
      codeDirectory: code.listRows,
      environment: rows,
      permissions: listRowsPermissions(lake),
      timeout: short,
    }),
    scoreRows: new WaitedFunction(scope, 'ScoreRowsFunction', {
      ...ofAll,
      description: 'Scores the rows of a file',
      codeDirectory: code.scoreRows,
      environment: score,
      permissions: scoreRowsPermissions(lake, prefix),
      timeout: longest,
      memorySize: config.scoring.memoryMiB,
    }),
    finishScoring: new WaitedFunction(scope, 'FinishScoringFunction', {
      ...ofAll,
      description: 'Ends a batch',
      codeDirectory: code.finishScoring,
      environment: finish,
      permissions: finishScoringPermissions(lake),
      timeout: short,
    }),
  };
}
