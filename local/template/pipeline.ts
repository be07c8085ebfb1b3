import type { Column } from '../../core/column';
import type { EventTarget } from '../aws/events/bus';
import type { InputSettings } from '../aws/events/target-input';
import type { LocalDeliveryStream } from '../aws/firehose/delivery-stream';
import type { ModelPackageGroup } from '../aws/sagemaker/registry/registry';

/** AWS::Kinesis::Stream. */
export interface PipelineStream {
  readonly name: string;
  readonly arn: string;
  readonly mode: 'ON_DEMAND' | 'PROVISIONED';
  /** ShardCount; what a new stream starts with when it is on demand. */
  readonly shards: number;
  readonly retentionHours: number;
  /** The consumers that are registered for enhanced fan-out. */
  readonly consumers: readonly PipelineStreamConsumer[];
}

/** AWS::Kinesis::StreamConsumer. */
export interface PipelineStreamConsumer {
  readonly name: string;
  readonly arn: string;
}

/** AWS::DynamoDB::Table and ::GlobalTable with a partition key of text and nothing else. */
export interface PipelineTable {
  readonly name: string;
  readonly arn: string;
  /** The attribute that is the partition key. */
  readonly partitionKey: string;
}

/** AWS::S3::Bucket. */
export interface PipelineBucket {
  readonly name: string;
}

/** AWS::Glue::Table. */
export interface LakeTable {
  readonly name: string;
  /** Where its files lie: `s3://bucket/prefix/`. */
  readonly location: string;
  /** What the files are. @default 'parquet' */
  readonly format?: 'json';
  readonly columns: readonly Column[];
  readonly partitionKeys: readonly Column[];
  /** Table properties, partition projection among them. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** AWS::Glue::Database with its tables. */
export interface LakeDatabase {
  readonly name: string;
  readonly tables: readonly LakeTable[];
}

/** AWS::Athena::WorkGroup. */
export interface PipelineWorkGroup {
  readonly name: string;
  /** Where query results go: `s3://bucket/prefix/`. */
  readonly outputLocation: string;
  /** BytesScannedCutoffPerQuery, in bytes. @default - no limit */
  readonly bytesScannedCutoff?: number;
}

/** AWS::KinesisFirehose::DeliveryStream. */
export interface PipelineDeliveryStream extends LocalDeliveryStream {
  readonly arn: string;
}

/** AWS::Lambda::Function with a Node.js runtime and its code in a directory of the assembly. */
export interface PipelineFunction {
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the directory that holds the bundle. */
  readonly assetDirectory: string;
  /** `index.handler` */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** AWS::ECS::Service and the container of its task definition. */
export interface PipelineService {
  readonly name: string;
  readonly containerName: string;
  /** Absolute path of the directory that the image is built from. */
  readonly imageDirectory: string;
  /** The Dockerfile's path in that directory. */
  readonly dockerfile: string;
  /** EntryPoint. @default - the image's */
  readonly entryPoint?: readonly string[];
  /** Command. @default - the image's */
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** StopTimeout: how long a container may take to end after SIGTERM, in seconds. */
  readonly stopTimeoutSeconds: number;
  /** DesiredCount; of a service that scales, what it has at least. */
  readonly desiredCount: number;
  /** Memory of the task, in MiB. */
  readonly memoryMiB: number;
}

/** AWS::StepFunctions::StateMachine of the standard kind. */
export interface PipelineStateMachine {
  readonly name: string;
  readonly arn: string;
  /** The definition in the Amazon States Language, every substitution made. */
  readonly definition: Readonly<Record<string, unknown>>;
}

/** AWS::Scheduler::Schedule whose target is a state machine. */
export interface PipelineSchedule {
  readonly name: string;
  readonly arn: string;
  readonly stateMachineArn: string;
  /** The execution's input as it stands in the template, context attributes such as `<aws.scheduler.scheduled-time>` included. */
  readonly input: string;
  /** `rate(1 day)`, `cron(…)`, `at(…)`. */
  readonly expression: string;
  readonly enabled: boolean;
}

/** AWS::SNS::Topic of the standard kind. */
export interface PipelineTopic {
  readonly name: string;
  readonly arn: string;
}

/** AWS::SageMaker::ModelPackageGroup. */
export type PipelineModelPackageGroup = ModelPackageGroup;

/** AWS::Events::Rule on the default bus, with an event pattern. */
export interface PipelineEventRule {
  readonly name: string;
  readonly arn: string;
  /** EventPattern, which has been read and is understood. */
  readonly pattern: unknown;
  /** The targets that are functions or state machines of the template; a rule has one at least. */
  readonly targets: readonly PipelineEventTarget[];
}

export interface PipelineEventTarget extends Pick<EventTarget, 'kind' | 'arn'> {
  readonly input: InputSettings;
}

/** A resource that has no counterpart on this machine. */
export interface IgnoredResource {
  readonly type: string;
  readonly stack: string;
  readonly logicalId: string;
  /** Why, when other resources of its type have one. @default - the type has none */
  readonly reason?: string;
}

/** What the local AWS must provide to run the template. */
export interface Pipeline {
  readonly streams: readonly PipelineStream[];
  readonly tables: readonly PipelineTable[];
  readonly buckets: readonly PipelineBucket[];
  readonly databases: readonly LakeDatabase[];
  readonly workGroups: readonly PipelineWorkGroup[];
  readonly deliveryStreams: readonly PipelineDeliveryStream[];
  readonly functions: readonly PipelineFunction[];
  readonly services: readonly PipelineService[];
  readonly stateMachines: readonly PipelineStateMachine[];
  readonly schedules: readonly PipelineSchedule[];
  readonly topics: readonly PipelineTopic[];
  readonly modelPackageGroups: readonly PipelineModelPackageGroup[];
  readonly eventRules: readonly PipelineEventRule[];
  /** What the template has beside that, in the templates' order. */
  readonly ignored: readonly IgnoredResource[];
}

/** The resources of one type, by physical name, that a run addresses by name: `byName(pipeline.streams, 'telemetry')`. */
export function byName<T extends { readonly name: string }>(resources: readonly T[], name: string): T | undefined {
  return resources.find((resource) => resource.name === name);
}
