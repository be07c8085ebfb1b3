import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Lake } from '../lake/lake';
import { lakeLayout } from '../lake/lake-layout';
import { useKey } from '../shared/encryption-key';
import { trainingJobsArn } from './job-arn';
import type { JobNetwork } from './job-network';
import { list, objects } from './lake-permissions';

const { allTables, trainingSets, modelRecords } = lakeLayout;

/** Looks at the files of the tables and writes down which of them a model is trained on. */
export function planTrainingPermissions(lake: Lake): PolicyStatement[] {
  return [
    list(lake, allTables),
    objects('WriteManifests', lake, ['s3:PutObject'], `${trainingSets}*/manifest.json`),
    ...useKey('UseKey', lake.key, 'kms:GenerateDataKey'),
  ];
}

export interface StartTrainingPermissionsProps {
  readonly lake: Lake;
  /** What training jobs' names start with. */
  readonly jobNamePrefix: string;
  readonly jobRole: IRole;
  /** Where jobs have to run. @default - in SageMaker's own network */
  readonly network: JobNetwork | undefined;
}

/**
 * Checks the training set and starts a job on it: isolated, in the pipeline's network if it has one, under the training role and no
 * other.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function startTrainingPermissions(props: StartTrainingPermissionsProps): PolicyStatement[] {
  const { lake, jobNamePrefix, jobRole, network } = props;
  const jobs = [trainingJobsArn(lake, jobNamePrefix)];
  return [
    list(lake, trainingSets),
    objects('ReadTrainingSets', lake, ['s3:GetObject'], `${trainingSets}*`),
    ...useKey('UseKey', lake.key, 'kms:Decrypt'),
    new PolicyStatement({
      sid: 'StartJobs',
      actions: ['sagemaker:CreateTrainingJob'],
      resources: jobs,
      conditions: { Bool: { 'sagemaker:NetworkIsolation': 'true' }, ...(network !== undefined && inside(network)) },
    }),
    // Asked for by a job that has tags when it is made.
    new PolicyStatement({ sid: 'TagJobs', actions: ['sagemaker:AddTags'], resources: jobs }),
    new PolicyStatement({
      sid: 'PassTrainingRole',
      actions: ['iam:PassRole'],
      resources: [jobRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
  ];
}

/** `ForAllValues` alone would let a request pass that names no network. */
function inside({ subnetIds, securityGroup }: JobNetwork): Readonly<Record<string, unknown>> {
  return {
    Null: { 'sagemaker:VpcSubnets': 'false', 'sagemaker:VpcSecurityGroupIds': 'false' },
    'ForAllValues:StringEquals': {
      'sagemaker:VpcSubnets': subnetIds,
      'sagemaker:VpcSecurityGroupIds': [securityGroup.securityGroupId],
    },
  };
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
