import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import { useKey } from '../shared/encryption-key';
import { trainingJobsArn } from './job-arn';
import { list, objects } from './lake-permissions';
import type { ModelGroup } from './model-group';
import { readModels, registerModels } from './registry-permissions';

const { allTables, trainingSets, windows, models, modelRecords } = lakeLayout;

/** Objects of training sets, by what they are. */
const of = {
  closings: `${windows}*/closing-*.json`,
  inputs: `${windows}*/inputs-*.json`,
  manifests: `${trainingSets}*/manifest.json`,
  dataCards: `${trainingSets}*/data-card.json`,
  pages: `${trainingSets}*/data-card.html`,
} as const;

/** Reads how far the consumers are, and writes down that a window is closed. */
export function checkWindowPermissions(lake: Lake, leaseTable: Table): PolicyStatement[] {
  return [
    new PolicyStatement({ sid: 'ReadLeases', actions: ['dynamodb:Scan'], resources: [leaseTable.tableArn] }),
    list(lake, windows),
    objects('KeepClosings', lake, ['s3:GetObject', 's3:PutObject'], of.closings),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

/** Looks at the files of the tables, and writes down which of them a model is trained on. */
export function planTrainingPermissions(lake: Lake): PolicyStatement[] {
  return [
    list(lake, allTables, trainingSets),
    objects('ReadRowCounts', lake, ['s3:GetObject'], `${allTables}*`),
    objects('FindTrainingSets', lake, ['s3:GetObject'], of.dataCards),
    objects('PinInputs', lake, ['s3:GetObject', 's3:PutObject'], of.inputs),
    objects('WriteManifests', lake, ['s3:PutObject'], of.manifests),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

/** Reads a training set, and the data card of the one that the model in use is made from. */
export function inspectTrainingSetPermissions(lake: Lake, group: ModelGroup): PolicyStatement[] {
  return [
    list(lake, trainingSets),
    objects('ReadTrainingSets', lake, ['s3:GetObject'], `${trainingSets}*`),
    objects('WriteDataCards', lake, ['s3:PutObject'], of.dataCards, of.pages),
    ...readModels(group),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

/** Asks how a job went and keeps a record of the model. */
export function recordModelPermissions(lake: Lake, jobNamePrefix: string): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'DescribeJobs',
      actions: ['sagemaker:DescribeTrainingJob'],
      resources: [trainingJobsArn(lake, jobNamePrefix)],
    }),
    objects('KeepRecords', lake, ['s3:PutObject'], `${modelRecords}${jobNamePrefix}-*.json`),
    ...useKey('UseKey', lake.key, 'kms:GenerateDataKey'),
  ];
}

/** Reads rows that nobody has trained on, the model and the one in use; writes what it found beside the model. */
export function judgeModelPermissions(lake: Lake, jobNamePrefix: string, group: ModelGroup): PolicyStatement[] {
  const ofJobs = `${models}${jobNamePrefix}-*`;
  return [
    list(lake, trainingSets, models),
    objects('ReadTestRows', lake, ['s3:GetObject'], `${trainingSets}*`),
    objects('ReadModels', lake, ['s3:GetObject'], ofJobs),
    objects('WriteEvaluations', lake, ['s3:PutObject'], `${ofJobs}/evaluation.json`, `${ofJobs}/model-quality.json`),
    ...readModels(group),
    ...useKey('UseKey', lake.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
  ];
}

export interface RegisterModelPermissionsProps {
  readonly lake: Lake;
  /** What training jobs' names start with. */
  readonly jobNamePrefix: string;
  readonly group: ModelGroup;
  /** ARN of the ECR repository with the image that serves the model. */
  readonly imageRepositoryArn: string;
}

/** Registers a model. SageMaker looks at the model in the name of who registers it. */
export function registerModelPermissions(props: RegisterModelPermissionsProps): PolicyStatement[] {
  const { lake, jobNamePrefix, group, imageRepositoryArn } = props;
  return [
    list(lake, trainingSets),
    objects('ReadManifests', lake, ['s3:GetObject'], of.manifests),
    objects('FindModels', lake, ['s3:GetObject'], `${models}${jobNamePrefix}-*`),
    ...readModels(group),
    ...registerModels(group, imageRepositoryArn),
    ...useKey('UseKey', lake.key, 'kms:Decrypt'),
  ];
}
