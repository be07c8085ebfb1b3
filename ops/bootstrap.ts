import type { PipelineConfig } from '../lib/config/pipeline-config';

const defaultQualifier = 'hnb659fds';

/** Which part of AWS a region is in. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

/**
 * How to prepare an account for the CDK: once per account and region. The text says what the command makes, and how to give it no
 * more rights than it needs.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html (RoleArn)
 */
export function bootstrapHelp(config: PipelineConfig, region: string, profile: string | undefined): string {
  const { bootstrapQualifier: qualifier, permissionsBoundary, account = 'ACCOUNT' } = config;
  const iam = `arn:${partitionOf(region)}:iam::${account}`;
  const command = [
    `npx cdk bootstrap aws://${account}/${region}`,
    ...(qualifier === defaultQualifier ? [] : [`--qualifier ${qualifier}`, `--toolkit-stack-name CDKToolkit-${qualifier}`]),
    `--cloudformation-execution-policies ${iam}:policy/NAME`,
    ...(permissionsBoundary === undefined ? [] : [`--custom-permissions-boundary ${permissionsBoundary}`]),
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
  ];
  return [
    'The CDK keeps a bucket, an image repository and five roles in an account and region. They are made once:',
    '',
    `  ${command.join(' \\\n    ')}`,
    '',
    'NAME is a managed policy with what CloudFormation may do when it deploys. Left out, it is AdministratorAccess;',
    'for production give it the services that this project uses, cloudformation:DescribeStacks (one stack reads the',
    'outputs of another), and IAM only with the permissions boundary as a',
    'condition (iam:PermissionsBoundary). Whoever deploys afterwards needs no more than sts:AssumeRole on',
    `${iam}:role/cdk-${qualifier}-*.`,
    ...(permissionsBoundary === undefined
      ? ['The setting permissionsBoundary of the stage bounds every role of the pipeline; it is not set.']
      : [`The boundary ${permissionsBoundary} must exist before: it bounds the roles of the pipeline too.`]),
    '',
  ].join('\n');
}
