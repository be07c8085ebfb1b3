import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { trainingJobsArn } from './job-arn';
import type { JobNetwork } from './job-network';

export interface StartTrainingPermissionsProps {
  /** What training jobs' names start with. */
  readonly jobNamePrefix: string;
  readonly jobRole: IRole;
  /** Where jobs have to run. @default - in SageMaker's own network */
  readonly network: JobNetwork | undefined;
}

/**
 * Starts a job: isolated, in the pipeline's network if it has one, under the training role and no other. Looks first which jobs there are
 * on the same data, and what the jobs of the day have cost; listing takes no resource.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function startTrainingPermissions(scope: Construct, props: StartTrainingPermissionsProps): PolicyStatement[] {
  const { jobNamePrefix, jobRole, network } = props;
  const jobs = [trainingJobsArn(scope, jobNamePrefix)];
  return [
    new PolicyStatement({ sid: 'ListJobs', actions: ['sagemaker:ListTrainingJobs'], resources: ['*'] }),
    new PolicyStatement({ sid: 'DescribeJobs', actions: ['sagemaker:DescribeTrainingJob'], resources: jobs }),
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
