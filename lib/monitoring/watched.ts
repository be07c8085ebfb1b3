import type { PipelineConfig } from '../config/pipeline-config';

/** A Firehose delivery stream, and what it does beside delivering. */
export interface WatchedDelivery {
  /** The table whose rows it takes, or quarantine. */
  readonly of: string;
  readonly name: string;
  /** Whether it converts rows to columns, which can fail. */
  readonly converts: boolean;
  /** Whether a function works on its records first, which can fail. */
  readonly transforms: boolean;
}

/** What is watched: the resources by their names, as CloudWatch's dimensions have them, all by reference from the other stacks. */
export interface Watched {
  readonly config: PipelineConfig;
  /** What the names of alarms and dashboard start with. */
  readonly prefix: string;
  readonly streamName: string;
  /** The stream's registered consumer, when it is read by enhanced fan-out. */
  readonly fanOutConsumerName: string | undefined;
  /** IoT Core's rule, when devices publish to IoT Core. */
  readonly iotRuleName: string | undefined;
  readonly deliveries: readonly WatchedDelivery[];
  readonly clusterName: string;
  readonly serviceName: string;
  readonly leaseTableName: string;
  /** Whether the consumer sends alerts. */
  readonly alerts: boolean;
  /** Undefined when what is remembered of devices is not stored. */
  readonly deviceStateTableName: string | undefined;
  readonly workgroupName: string;
  readonly stateMachineArn: string;
  /** Where the schedule leaves a start that could not be delivered. */
  readonly deadLetterQueueName: string;
  /** Of the scoring: its state machine, and where its schedule leaves a start that could not be delivered. */
  readonly scoring: { readonly stateMachineArn: string; readonly deadLetterQueueName: string };
  /** Of the endpoint. Undefined when the model in use answers no requests. */
  readonly endpoint:
    { readonly endpointName: string; readonly stateMachineArn: string; readonly deadLetterQueueName: string } | undefined;
  readonly vpcId: string;
  readonly natGatewayIds: readonly string[];
}
