import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { trainingJobsArn, tuningJobsArn } from './job-arn';
import type { JobNetwork } from './job-network';
import { jobNamePrefixes, type Tuning } from './tuning';

export interface StartTrainingPermissionsProps {
  /** What training jobs' names start with. */
  readonly jobNamePrefix: string;
  readonly jobRole: IRole;
  /** Where jobs have to run. @default - in SageMaker's own network */
  readonly network: JobNetwork | undefined;
  /** Whether tuning jobs launch training jobs, too. @default - none do */
  readonly tuning: Tuning | undefined;
}

/**
 * Starts a job: isolated, in the pipeline's network if it has one, under the training role and no other. Looks first which jobs there are
 * on the same data, and what the jobs of the day have cost, those of tuning jobs among them; listing takes no resource.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function startTrainingPermissions(scope: Construct, props: StartTrainingPermissionsProps): PolicyStatement[] {
  const jobs = [trainingJobsArn(scope, props.jobNamePrefix)];
  return [
    new PolicyStatement({ sid: 'ListJobs', actions: ['sagemaker:ListTrainingJobs'], resources: ['*'] }),
    describeJobs(scope, props),
    new PolicyStatement({
      sid: 'StartJobs',
      actions: ['sagemaker:CreateTrainingJob'],
      resources: jobs,
      conditions: isolated(props),
    }),
    // Asked for by a job that has tags when it is made.
    new PolicyStatement({ sid: 'TagJobs', actions: ['sagemaker:AddTags'], resources: jobs }),
    passTrainingRole(props),
  ];
}

/**
 * Starts a tuning job on the same terms. It is SageMaker that launches its training jobs: who asks for it needs no `CreateTrainingJob`,
 * and the conditions hold for the definition of these jobs.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html (CreateHyperParameterTuningJob)
 */
export function startTuningPermissions(
  scope: Construct,
  props: StartTrainingPermissionsProps,
  { namePrefix }: Tuning,
): PolicyStatement[] {
  const tunings = [tuningJobsArn(scope, namePrefix)];
  return [
    new PolicyStatement({
      sid: 'ListJobs',
      actions: ['sagemaker:ListHyperParameterTuningJobs', 'sagemaker:ListTrainingJobs'],
      resources: ['*'],
    }),
    describeJobs(scope, props),
    new PolicyStatement({
      sid: 'DescribeTunings',
      actions: ['sagemaker:DescribeHyperParameterTuningJob'],
      resources: tunings,
    }),
    new PolicyStatement({
      sid: 'StartTunings',
      actions: ['sagemaker:CreateHyperParameterTuningJob'],
      resources: tunings,
      conditions: isolated(props),
    }),
    new PolicyStatement({ sid: 'TagTunings', actions: ['sagemaker:AddTags'], resources: tunings }),
    passTrainingRole(props),
  ];
}

function describeJobs(scope: Construct, { jobNamePrefix, tuning }: StartTrainingPermissionsProps): PolicyStatement {
  return new PolicyStatement({
    sid: 'DescribeJobs',
    actions: ['sagemaker:DescribeTrainingJob'],
    resources: jobNamePrefixes(jobNamePrefix, tuning).map((prefix) => trainingJobsArn(scope, prefix)),
  });
}

function passTrainingRole({ jobRole }: StartTrainingPermissionsProps): PolicyStatement {
  return new PolicyStatement({
    sid: 'PassTrainingRole',
    actions: ['iam:PassRole'],
    resources: [jobRole.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  });
}

/** Conditions under which a job may be started. */
function isolated({ network }: StartTrainingPermissionsProps): Readonly<Record<string, unknown>> {
  return { Bool: { 'sagemaker:NetworkIsolation': 'true' }, ...(network !== undefined && inside(network)) };
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
