/** Rights that a role needs and that no call to a local service can show. */
export interface NotShown {
  /** Whose: the consumer's tasks, gateways, the functions, the state machines, the training job, the model at its endpoint. */
  readonly of: readonly ('consumer' | 'gateway' | 'function' | 'workflow' | 'job' | 'model')[];
  readonly actions: readonly string[];
  /** Which resources of these actions; the others have to be shown. @default - all */
  readonly on?: RegExp;
  /** What takes them, and where AWS says so. */
  readonly reason: string;
}

/** A test fails on a right that is neither used in the run nor listed here, and on an action that is listed for no reason. */
export const notShown: readonly NotShown[] = [
  {
    of: ['consumer', 'function', 'workflow', 'job', 'model'],
    actions: ['kms:Decrypt'],
    reason:
      'Services use the key in the name of who calls them; nothing is encrypted here. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
  },
  {
    of: ['consumer'],
    actions: ['kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    reason:
      'DynamoDB uses the key of the device state table in the name of who calls it. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-kms-authz',
  },
  {
    of: ['consumer', 'gateway', 'function', 'workflow', 'job'],
    actions: ['kms:GenerateDataKey'],
    reason: 'As kms:Decrypt, for what is written.',
  },
  {
    of: ['job'],
    actions: ['kms:CreateGrant', 'kms:Encrypt'],
    reason:
      'For the volume of the instance and the model. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms',
  },
  {
    of: ['gateway'],
    actions: ['cloudwatch:PutMetricData', 'kinesis:PutRecord'],
    reason:
      'The local fleet puts many records at a time; others put one, and the Kinesis Producer Library reports metrics. https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-kpl.html',
  },
  {
    of: ['function', 'job', 'model'],
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    reason:
      'The runtime writes what the code prints. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms',
  },
  {
    of: ['function'],
    actions: ['kms:CreateGrant'],
    reason:
      'SageMaker gives the key on to the copy of the image that an endpoint keeps. https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-create-config.html',
  },
  {
    of: ['model'],
    actions: [
      'cloudwatch:PutMetricData',
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'logs:DescribeLogStreams',
    ],
    reason:
      'SageMaker pulls the image and reports in the name of the model. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createmodel-perms',
  },
  {
    of: ['function', 'workflow'],
    actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    reason: 'The runtime sends the traces. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html',
  },
  {
    of: ['function'],
    actions: ['ecr:BatchGetImage', 'ecr:DescribeImages'],
    reason:
      'SageMaker looks at the image in the name of who registers a model. https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-model-registry.html',
  },
  {
    of: ['function'],
    actions: ['s3:GetObject'],
    on: /\/models\/iot-to-model-rehearsal-factory-\*$/,
    reason:
      'SageMaker looks at the model in the name of who registers it. https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-model-registry.html',
  },
  {
    of: ['workflow'],
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    reason:
      'Step Functions asks what to trace. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html#xray-iam',
  },
  {
    of: ['workflow'],
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
      'Step Functions sets up its log with them. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy',
  },
  {
    of: ['workflow'],
    actions: ['athena:StopQueryExecution'],
    reason:
      'Step Functions stops the query of an execution that is stopped. https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html',
  },
  {
    of: ['workflow'],
    actions: [
      'athena:GetDataCatalog',
      'glue:GetDatabase',
      'glue:GetPartitions',
      'glue:GetTable',
      's3:AbortMultipartUpload',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:ListMultipartUploadParts',
      's3:PutObject',
    ],
    reason:
      'Athena reads the catalogue and the files, and writes results, in the name of who starts the query; here it has the files at hand. https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html',
  },
  {
    of: ['job'],
    actions: ['s3:AbortMultipartUpload'],
    reason:
      'A model is uploaded in parts when it is large. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html',
  },
  {
    of: ['function'],
    actions: ['s3:ListBucket'],
    on: / under scoring\/\*$/,
    reason:
      'S3 refuses to read a document of a batch that is not there yet, and it is looked for in a list; here it says that it is not there. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html',
  },
  {
    of: ['job'],
    actions: ['s3:GetObject', 's3:ListBucket'],
    on: /models/,
    reason:
      'Checkpoints are found and read again after a spot interruption. https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html',
  },
  {
    of: ['job'],
    actions: ['logs:CreateLogGroup', 'logs:DescribeLogStreams', 'cloudwatch:PutMetricData'],
    reason:
      'SageMaker reports in the name of the job. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms',
  },
  {
    of: ['job'],
    actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetAuthorizationToken', 'ecr:GetDownloadUrlForLayer'],
    reason:
      'SageMaker pulls the image in the name of the job. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms',
  },
  {
    of: ['job'],
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:CreateNetworkInterfacePermission',
      'ec2:DeleteNetworkInterface',
      'ec2:DeleteNetworkInterfacePermission',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ],
    reason:
      'SageMaker joins the instance to the VPC in the name of the job. https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html',
  },
];
