/** Actions of one service that can be granted on every resource only. */
export interface WildcardActions {
  /** `xray:PutTraceSegments` */
  readonly actions: readonly string[];
  /** What they let their holder see or do beyond the pipeline, and what bounds it. */
  readonly reason: string;
  /** The page of AWS that says that they take no resource, or what a service asks for. */
  readonly source: string;
}

/**
 * Every action that a role of any configuration is allowed on the resource `*`. A test fails on one that is not here, and on an entry
 * that no configuration needs any more. Not among them: policies of keys, where `*` is the key itself, and of VPC endpoints, which grant
 * nothing.
 */
export const wildcardActions: readonly WildcardActions[] = [
  {
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    reason: 'Sends traces, and reads which share of calls to trace. Shows no trace of others.',
    source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html',
  },
  {
    actions: ['ecr:GetAuthorizationToken'],
    reason: 'A login is for the whole registry; what can be pulled with it is said by the actions on repositories.',
    source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html',
  },
  {
    actions: [
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ],
    reason: 'SageMaker looks at the network before it joins a job to it. Shows the networks of the account, and changes nothing.',
    source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html',
  },
  {
    actions: [
      'sagemaker:ListEndpointConfigs',
      'sagemaker:ListHyperParameterTuningJobs',
      'sagemaker:ListModelPackages',
      'sagemaker:ListModels',
      'sagemaker:ListTrainingJobs',
    ],
    reason:
      'Listing takes no resource. Shows the names of training and tuning jobs, of models and of how they are served in the account; what they are is said by the actions on each.',
    source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html',
  },
  {
    actions: ['cloudformation:DescribeStackDriftDetectionStatus'],
    reason: 'Asked by the id of a detection, which is no resource. Shows whether stacks have drifted.',
    source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html',
  },
  {
    actions: ['lakeformation:GetDataAccess'],
    reason: 'Asks Lake Formation for access to a table; which tables that may be is said by its grants.',
    source: 'https://docs.aws.amazon.com/lake-formation/latest/dg/access-control-underlying-data.html',
  },
  {
    actions: ['cloudwatch:PutMetricData'],
    reason: 'Metrics have no ARN. A condition keeps it to the namespaces of SageMaker, or of the Kinesis Producer Library.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html',
  },
  {
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    reason:
      'Step Functions sets up the delivery of its log by these, in this form. It could redirect other log deliveries of the account: the role is assumed by no code of ours.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  },
];
