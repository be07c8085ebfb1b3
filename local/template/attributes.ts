/** What the attributes of a resource are made of. */
export interface AttributeContext {
  /** The resource's physical name or, for the types that AWS names itself, an identifier. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  /** An evaluated property of the resource, as text. @throws TemplateError when it is missing */
  readonly property: (path: string) => string;
  /** The same, undefined when it is missing. */
  readonly optionalProperty: (path: string) => string | undefined;
}

/** The return values of one resource type: what Ref gives, and the attributes that Fn::GetAtt gives. */
export interface ReturnValues {
  /** Which value Ref gives: the name, or one of the attributes. @default - the name */
  readonly ref?: string;
  readonly attributes: Readonly<Record<string, (context: AttributeContext) => string>>;
}

const arn =
  (service: string, resource: (name: string) => string) =>
  ({ partition, region, account, name }: AttributeContext): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource(name)}`;

const name = (context: AttributeContext): string => context.name;
/** An id as EC2 makes them up: 17 hexadecimal digits behind the kind. */
const ec2Id =
  (kind: string) =>
  ({ name: uuid }: AttributeContext): string =>
    `${kind}-${uuid.replaceAll('-', '').slice(0, 17)}`;
const table: ReturnValues = { attributes: { Arn: arn('dynamodb', (table) => `table/${table}`) } };

/**
 * The return values that are understood, by resource type, from each type's page in the CloudFormation template reference.
 * A type or attribute that is not here stops the run when something asks for it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
export const returnValues: Readonly<Record<string, ReturnValues>> = {
  'AWS::Athena::WorkGroup': { attributes: {} },
  'AWS::CloudWatch::Alarm': { attributes: { Arn: arn('cloudwatch', (alarm) => `alarm:${alarm}`) } },
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::EC2::SecurityGroup': { ref: 'GroupId', attributes: { GroupId: ec2Id('sg') } },
  'AWS::EC2::Subnet': { ref: 'SubnetId', attributes: { SubnetId: ec2Id('subnet') } },
  'AWS::ECS::Cluster': { attributes: { Arn: arn('ecs', (cluster) => `cluster/${cluster}`) } },
  'AWS::ECS::Service': {
    ref: 'ServiceArn',
    attributes: { Name: name, ServiceArn: arn('ecs', (service) => `service/${service}`) },
  },
  'AWS::ECS::TaskDefinition': {
    ref: 'TaskDefinitionArn',
    attributes: { TaskDefinitionArn: arn('ecs', (family) => `task-definition/${family}:1`) },
  },
  'AWS::Events::Rule': { attributes: { Arn: arn('events', (rule) => `rule/${rule}`) } },
  'AWS::Glue::Database': { attributes: {} },
  'AWS::Glue::Table': { attributes: {} },
  'AWS::IAM::Role': {
    attributes: {
      Arn: ({ partition, account, name: role, optionalProperty }) =>
        `arn:${partition}:iam::${account}:role${optionalProperty('Path') ?? '/'}${role}`,
    },
  },
  'AWS::KMS::Alias': { ref: 'AliasName', attributes: { AliasName: ({ property }) => property('AliasName') } },
  'AWS::KMS::Key': { attributes: { Arn: arn('kms', (key) => `key/${key}`), KeyId: name } },
  'AWS::Kinesis::Stream': { attributes: { Arn: arn('kinesis', (stream) => `stream/${stream}`) } },
  'AWS::Kinesis::StreamConsumer': {
    ref: 'ConsumerARN',
    attributes: {
      // The number is the time of creation; here it is the same in every run.
      ConsumerARN: ({ name: consumer, property }) => `${property('StreamARN')}/consumer/${consumer}:1`,
      ConsumerName: name,
      ConsumerStatus: () => 'ACTIVE',
      StreamARN: ({ property }) => property('StreamARN'),
    },
  },
  'AWS::KinesisFirehose::DeliveryStream': { attributes: { Arn: arn('firehose', (stream) => `deliverystream/${stream}`) } },
  'AWS::Lambda::Alias': {
    ref: 'AliasArn',
    attributes: {
      AliasArn: (context) => `${functionArn(context, context.property('FunctionName'))}:${context.property('Name')}`,
    },
  },
  'AWS::Lambda::Function': { attributes: { Arn: (context) => functionArn(context, context.name) } },
  'AWS::Lambda::Version': {
    ref: 'FunctionArn',
    attributes: {
      FunctionArn: (context) => `${functionArn(context, context.property('FunctionName'))}:1`,
      Version: () => '1',
    },
  },
  'AWS::Logs::LogGroup': { attributes: { Arn: arn('logs', (group) => `log-group:${group}:*`) } },
  'AWS::S3::Bucket': {
    attributes: {
      Arn: ({ partition, name: bucket }) => `arn:${partition}:s3:::${bucket}`,
      DomainName: ({ name: bucket }) => `${bucket}.s3.amazonaws.com`,
      RegionalDomainName: ({ region, name: bucket }) => `${bucket}.s3.${region}.amazonaws.com`,
    },
  },
  'AWS::SNS::Topic': { ref: 'TopicArn', attributes: { TopicArn: arn('sns', (topic) => topic), TopicName: name } },
  'AWS::SQS::Queue': {
    ref: 'QueueUrl',
    attributes: {
      Arn: arn('sqs', (queue) => queue),
      QueueName: name,
      QueueUrl: ({ region, account, name: queue }) => `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
    },
  },
  'AWS::SSM::Parameter': { attributes: { Type: ({ property }) => property('Type'), Value: ({ property }) => property('Value') } },
  'AWS::SageMaker::ModelPackageGroup': {
    ref: 'ModelPackageGroupArn',
    attributes: { ModelPackageGroupArn: arn('sagemaker', (group) => `model-package-group/${group}`) },
  },
  'AWS::Scheduler::Schedule': {
    attributes: {
      Arn: (context) =>
        arn('scheduler', (schedule) => `schedule/${context.optionalProperty('GroupName') ?? 'default'}/${schedule}`)(context),
    },
  },
  'AWS::Scheduler::ScheduleGroup': { attributes: { Arn: arn('scheduler', (group) => `schedule-group/${group}`) } },
  'AWS::StepFunctions::StateMachine': {
    ref: 'Arn',
    attributes: { Arn: arn('states', (machine) => `stateMachine:${machine}`), Name: name },
  },
};

function functionArn(context: AttributeContext, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arn('lambda', () => `function:${nameOrArn}`)(context);
}
