import type { PipelineConfig } from '../../lib/config/pipeline-config';

/**
 * How messages reach the stream: by MQTT to IoT Core's broker; by IoT Core's Basic Ingest (`$aws/rules/...`), which is not billed as
 * a message; from a gateway that puts each message as a record; or from a gateway that aggregates with the Kinesis Producer Library.
 */
export const senders = ['iot-core', 'basic-ingest', 'put-records', 'kpl'] as const;
export type Sender = (typeof senders)[number];

/** What the fleet does. */
export interface Load {
  readonly devices: number;
  /** Seconds between two messages of a device. */
  readonly intervalSeconds: number;
  /** Bytes of a message. */
  readonly bytes: number;
  readonly sender: Sender;
  /** How long one training job runs. */
  readonly trainingMinutes: number;
}

/** What the model reads of a domain. */
export interface DomainFacts {
  /** Days of event time that a training run reads. @default - everything */
  readonly windowDays?: number;
  /** Whether what is remembered of a device is stored. */
  readonly keepsDeviceState: boolean;
}

/** What the synthesized templates hold, as far as it is billed by being there. */
export interface Inventory {
  /** Interface endpoints, counted once per zone. */
  readonly endpointZones: number;
  readonly natGateways: number;
  readonly keys: number;
  /** Metrics that alarms look at: an alarm on an expression over three counts three. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  /** Clusters that have Container Insights on. */
  readonly insightsClusters: number;
  /** VPCs that log who talked to whom. */
  readonly flowLogs: number;
}

/** All that an estimate follows from, beside the prices. */
export interface Scenario {
  readonly config: PipelineConfig;
  readonly load: Load;
  readonly domain: DomainFacts;
  readonly inventory: Inventory;
  /** Whether rows are packed into large Firehose records, as the consumer does. @default true */
  readonly packed?: boolean;
}
