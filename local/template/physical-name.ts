import { createHash } from 'node:crypto';

/** How a service limits the names of its resources. */
export interface NameRule {
  /** The property that holds an explicit name, as a path: `DatabaseInput.Name`. */
  readonly property: string;
  /** Longest name that the service takes, in characters. */
  readonly maxLength: number;
  /** Whether the service takes lower-case letters only. @default false */
  readonly lowerCase?: boolean;
}

/**
 * The resource types whose names can be generated, with the limit of each service.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
 */
export const nameRules: Readonly<Record<string, NameRule>> = {
  'AWS::Athena::WorkGroup': { property: 'Name', maxLength: 128 },
  'AWS::CloudWatch::Alarm': { property: 'AlarmName', maxLength: 255 },
  'AWS::DynamoDB::GlobalTable': { property: 'TableName', maxLength: 255 },
  'AWS::DynamoDB::Table': { property: 'TableName', maxLength: 255 },
  'AWS::ECS::Cluster': { property: 'ClusterName', maxLength: 255 },
  'AWS::ECS::Service': { property: 'ServiceName', maxLength: 255 },
  'AWS::ECS::TaskDefinition': { property: 'Family', maxLength: 255 },
  'AWS::Events::Rule': { property: 'Name', maxLength: 64 },
  'AWS::Glue::Database': { property: 'DatabaseInput.Name', maxLength: 255, lowerCase: true },
  'AWS::Glue::Table': { property: 'TableInput.Name', maxLength: 255, lowerCase: true },
  'AWS::IAM::Role': { property: 'RoleName', maxLength: 64 },
  'AWS::Kinesis::Stream': { property: 'Name', maxLength: 128 },
  'AWS::Kinesis::StreamConsumer': { property: 'ConsumerName', maxLength: 128 },
  'AWS::KinesisFirehose::DeliveryStream': { property: 'DeliveryStreamName', maxLength: 64 },
  'AWS::Lambda::Function': { property: 'FunctionName', maxLength: 64 },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', maxLength: 512 },
  'AWS::S3::Bucket': { property: 'BucketName', maxLength: 63, lowerCase: true },
  'AWS::SNS::Topic': { property: 'TopicName', maxLength: 256 },
  'AWS::SQS::Queue': { property: 'QueueName', maxLength: 80 },
  'AWS::SSM::Parameter': { property: 'Name', maxLength: 2048 },
  'AWS::SageMaker::ModelPackageGroup': { property: 'ModelPackageGroupName', maxLength: 63 },
  'AWS::Scheduler::Schedule': { property: 'Name', maxLength: 64 },
  'AWS::Scheduler::ScheduleGroup': { property: 'Name', maxLength: 64 },
  'AWS::StepFunctions::StateMachine': { property: 'StateMachineName', maxLength: 80 },
};

/**
 * The name of a resource that its template does not name: `<stack>-<logical id>`, like CloudFormation's but without the random
 * suffix, so that two runs of one template use the same names. A name that is too long is cut and ends in a hash of the whole.
 */
export function generatedName(stackName: string, logicalId: string, rule: Omit<NameRule, 'property'>): string {
  const whole = `${stackName}-${logicalId}`;
  const cased = rule.lowerCase === true ? whole.toLowerCase() : whole;
  if (cased.length <= rule.maxLength) {
    return cased;
  }
  return `${cased.slice(0, rule.maxLength - 9)}-${digest(whole).slice(0, 8)}`;
}

/** An identifier in the form of a UUID that depends on nothing but its argument; for resources whose names AWS makes up. */
export function stableUuid(text: string): string {
  const hex = digest(text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
