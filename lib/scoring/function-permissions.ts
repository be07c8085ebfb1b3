import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { predictionsTableName } from '../../core/predictions';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import { useKey } from '../shared/encryption-key';
import { list, objects } from '../training/lake-permissions';
import type { ModelGroup } from '../training/model-group';
import { readModels } from '../training/registry-permissions';

const { models, scoring, scoringRows } = lakeLayout;

/** What is known of batches, by what it is. */
const of = {
  start: `${scoring}start.json`,
  cursor: `${scoring}cursor.json`,
  batches: `${scoring}batches/*/batch.json`,
  rows: `${scoring}batches/*/rows.json`,
  ends: `${scoring}batches/*/done.json`,
} as const;

/** Reads how far the consumers and the batches are and which model is in use; writes down which batch is next. */
export function planScoringPermissions(lake: Lake, leaseTable: Table, group: ModelGroup): PolicyStatement[] {
  return [
    new PolicyStatement({ sid: 'ReadLeases', actions: ['dynamodb:Scan'], resources: [leaseTable.tableArn] }),
    // What is not there is refused to who may not list the bucket as a whole, and is then looked for in a list.
    list(lake, scoring),
    objects('FollowBatches', lake, ['s3:GetObject'], of.start, of.cursor, of.batches, of.rows, of.ends),
    objects('BeginBatches', lake, ['s3:PutObject'], of.start, of.batches),
    ...readModels(group),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

/** Looks at the rows of a batch, and writes down which files they are. */
export function listRowsPermissions(lake: Lake): PolicyStatement[] {
  return [
    list(lake, scoring),
    objects('ReadRowCounts', lake, ['s3:GetObject'], `${scoringRows}*`),
    objects('KeepLists', lake, ['s3:GetObject', 's3:PutObject'], of.rows),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

/** Reads rows and the model, writes predictions. */
export function scoreRowsPermissions(lake: Lake, jobNamePrefix: string): PolicyStatement[] {
  return [
    list(lake, scoringRows, models),
    objects('ReadRows', lake, ['s3:GetObject'], `${scoringRows}*`),
    objects('ReadModels', lake, ['s3:GetObject'], `${models}${jobNamePrefix}-*`),
    objects('WritePredictions', lake, ['s3:PutObject'], `${lakeLayout.table(predictionsTableName)}*`),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

/** Compares what was scored with the list of the batch, and writes down that it is done. */
export function finishScoringPermissions(lake: Lake): PolicyStatement[] {
  return [
    list(lake, scoring),
    objects('ReadLists', lake, ['s3:GetObject'], of.rows),
    objects('EndBatches', lake, ['s3:GetObject', 's3:PutObject'], of.ends),
    objects('MoveCursor', lake, ['s3:PutObject'], of.cursor),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}
