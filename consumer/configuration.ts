import type { Domain } from '../core/domain';
import {
  alertEnvironment,
  consumerEnvironment,
  deviceStateEnvironment,
  fanOutEnvironment,
  watermarkEnvironment,
} from '../core/environment';
import { deliveryStreamName, deliveryStreamRule, EnvironmentReader } from './environment-reader';
import { logLevels, type LogLevel } from './logger';

/** What the consumer is told by its environment. Where AWS is (region, endpoints, credentials), the SDK reads by itself. */
export interface Configuration {
  /** DOMAIN. Required: what the records mean. */
  readonly domain: Domain;
  /** STREAM_NAME. Required: the Kinesis data stream. */
  readonly streamName: string;
  /** LEASE_TABLE_NAME. Required: the DynamoDB lease table, also the KCL application's name. */
  readonly leaseTableName: string;
  /** DELIVERY_STREAMS. Required: for each table of the domain its Firehose delivery stream. */
  readonly deliveryStreams: Readonly<Record<string, string>>;
  /** QUARANTINE_STREAM. Required: the Firehose delivery stream for quarantined records; none of the tables'. */
  readonly quarantineStream: string;
  /** INITIAL_POSITION: where a shard without a checkpoint starts. @default 'TRIM_HORIZON' */
  readonly initialPosition: 'TRIM_HORIZON' | 'LATEST';
  /** FAILOVER_TIME_MS: a lease that has not been renewed for so long is free to take. 300 to 600000. @default 10000 */
  readonly failoverTimeMs: number;
  /** FLUSH_INTERVAL_MS: longest that a record stays undelivered. 100 to 900000. @default 10000 */
  readonly flushIntervalMs: number;
  /**
   * CHECKPOINT_INTERVAL_MS: longest that a record stays uncheckpointed, and how often a device that reports is stored. From
   * FLUSH_INTERVAL_MS to 900000. @default 10000
   */
  readonly checkpointIntervalMs: number;
  /** REMEMBERED_DEVICES: the most devices whose memory the process has at hand, about 10 kB each. 1 to 60000. @default 10000 */
  readonly rememberedDevices: number;
  /** SHUTDOWN_GRACE_MS: longest that draining may take; 0 to 118000, for Fargate kills after 120 s. @default 25000 */
  readonly shutdownGraceMs: number;
  /** LOG_LEVEL. @default 'info' */
  readonly logLevel: LogLevel;
  /** MONITORING_PORT: of `/health`, `/metrics` and `/shards`; 0 lets the system choose. 0 to 65535. @default - nothing listens */
  readonly monitoringPort: number | undefined;
  /** MONITORING_HOST: the IP address that it listens at; 0.0.0.0 for all interfaces. @default '127.0.0.1' */
  readonly monitoringHost: string;
  /**
   * CLOUDWATCH_METRICS: whether metrics are written to standard output for CloudWatch, for the application as a whole or for each
   * shard as well; CloudWatch bills each. @default 'off'
   */
  readonly cloudWatchMetrics: CloudWatchMetrics;
  /**
   * DEVICE_STATE_TABLE: the DynamoDB table of what is remembered of devices. Required for a domain that has a codec for its state, and
   * refused for one that has none.
   */
  readonly deviceStateTable: string | undefined;
  /** FAN_OUT_CONSUMER_ARN: read by enhanced fan-out as this registered consumer of the stream. @default - shards are polled */
  readonly fanOutConsumerArn: string | undefined;
  /**
   * WATERMARK_MARGIN_MS: how far watermarks stay behind what reads show, for clocks that differ; `watermark-overtaken` in the log says that
   * it is too small. 1000 to 600000. @default 5000
   */
  readonly watermarkMarginMs: number;
  /** ALERT_TOPIC_ARN: the SNS topic that alerts go to. @default - nobody is told of alerts; their scores are in the rows all the same */
  readonly alertTopicArn: string | undefined;
  /** ALERTS_PER_MINUTE: alerts sent one by one in a minute at most; the others are told of together. 1 to 10000. @default 10 */
  readonly alertsPerMinute: number;
}

/** Which metrics go to CloudWatch. */
export const cloudWatchMetrics = ['off', 'application', 'shards'] as const;
export type CloudWatchMetrics = (typeof cloudWatchMetrics)[number];

/** The defaults that the documentation of `Configuration` names. */
export const configurationDefaults = {
  initialPosition: 'TRIM_HORIZON',
  failoverTimeMs: 10_000,
  flushIntervalMs: 10_000,
  checkpointIntervalMs: 10_000,
  rememberedDevices: 10_000,
  shutdownGraceMs: 25_000,
  logLevel: 'info',
  monitoringPort: undefined,
  monitoringHost: '127.0.0.1',
  cloudWatchMetrics: 'off',
  fanOutConsumerArn: undefined,
  watermarkMarginMs: 5_000,
  alertTopicArn: undefined,
  alertsPerMinute: 10,
} as const satisfies Partial<Configuration>;

/** The environment is not what the consumer needs. Tells everything that is wrong at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'configuration';

  constructor(
    /** One sentence per fault: the variable, its value, what is allowed. */
    readonly problems: readonly string[],
  ) {
    super(`the environment is not valid: ${problems.join('; ')}`);
  }
}

const names = consumerEnvironment;

/**
 * The configuration in `environment`. An empty value counts as unset.
 *
 * @param domains the domains that the bundle holds, by name
 * @param purpose a replay keeps no device states, and needs no table for them
 * @throws ConfigurationError that lists every fault
 */
export function parseConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
  domains: Readonly<Record<string, Domain>>,
  purpose: 'service' | 'replay' = 'service',
): Configuration {
  const reader = new EnvironmentReader(environment);
  const domain = reader.choice(names.domain, Object.keys(domains));
  const streamName = reader.name(names.streamName, /^[\w.-]{1,128}$/, '1 to 128 letters, digits, _ . -');
  const leaseTableName = reader.name(names.leaseTableName, tableName, tableNameRule);
  const quarantineStream = reader.name(names.quarantineStream, deliveryStreamName, deliveryStreamRule);
  const tables = domain === undefined ? undefined : Object.keys(domains[domain]?.tables ?? {});
  const deliveryStreams = reader.deliveryStreams(names.deliveryStreams, tables);
  const initialPosition = reader.choice(
    names.initialPosition,
    ['TRIM_HORIZON', 'LATEST'] as const,
    configurationDefaults.initialPosition,
  );
  const failoverTimeMs = reader.milliseconds(names.failoverTimeMs, 300, 600_000, configurationDefaults.failoverTimeMs);
  const flushIntervalMs = reader.milliseconds(names.flushIntervalMs, 100, 900_000, configurationDefaults.flushIntervalMs);
  const checkpointIntervalMs = reader.milliseconds(
    names.checkpointIntervalMs,
    100,
    900_000,
    configurationDefaults.checkpointIntervalMs,
  );
  const rememberedDevices = reader.whole(names.rememberedDevices, 'number', 1, 60_000, configurationDefaults.rememberedDevices);
  const shutdownGraceMs = reader.milliseconds(names.shutdownGraceMs, 0, 118_000, configurationDefaults.shutdownGraceMs);
  const logLevel = reader.choice(names.logLevel, logLevels, configurationDefaults.logLevel);
  const monitoringPort = reader.port(names.monitoringPort);
  const monitoringHost = reader.ipAddress(names.monitoringHost, configurationDefaults.monitoringHost);
  const metricsForCloudWatch = reader.choice(names.cloudWatchMetrics, cloudWatchMetrics, configurationDefaults.cloudWatchMetrics);
  const deviceStateTable = reader.optional(deviceStateEnvironment.deviceStateTable, tableName, tableNameRule);
  const fanOutConsumerArn = reader.optional(fanOutEnvironment.fanOutConsumerArn, consumerArn, consumerArnRule);
  const watermarkMarginMs = reader.milliseconds(
    watermarkEnvironment.watermarkMarginMs,
    1_000,
    600_000,
    configurationDefaults.watermarkMarginMs,
  );

  const alertTopicArn = reader.optional(alertEnvironment.alertTopicArn, topicArn, topicArnRule);
  const alertsPerMinute = reader.whole(
    alertEnvironment.alertsPerMinute,
    'number',
    1,
    10_000,
    configurationDefaults.alertsPerMinute,
  );

  if (checkpointIntervalMs < flushIntervalMs) {
    const both = `${names.checkpointIntervalMs} is ${checkpointIntervalMs}, less than ${names.flushIntervalMs}, ${flushIntervalMs}`;
    reader.problems.push(`${both}: what is checkpointed has been delivered`);
  }
  if (deviceStateTable !== undefined && deviceStateTable === leaseTableName) {
    reader.problems.push(`${deviceStateEnvironment.deviceStateTable} is "${deviceStateTable}", as ${names.leaseTableName} is`);
  }
  const keepsState = domain === undefined ? undefined : domains[domain]?.stateCodec !== undefined;
  if (purpose === 'service' && keepsState !== undefined && keepsState !== (deviceStateTable !== undefined)) {
    const [set, has] = keepsState ? ['not set', 'has a'] : ['set', 'has no'];
    reader.problems.push(
      `${deviceStateEnvironment.deviceStateTable} is ${set}, and domain ${String(domain)} ${has} state that can be stored`,
    );
  }

  // Rows of two tables in one stream, or quarantine lines among rows, would be converted by the wrong table's schema.
  const streams = new Map<string, string>(quarantineStream === undefined ? [] : [[quarantineStream, names.quarantineStream]]);
  for (const [table, stream] of Object.entries(deliveryStreams ?? {})) {
    const other = streams.get(stream);
    if (other !== undefined) {
      reader.problems.push(`${names.deliveryStreams}: ${table} has delivery stream "${stream}", which ${other} has too`);
    }
    streams.set(stream, `table ${table}`);
  }
  if (reader.problems.length > 0) {
    throw new ConfigurationError(reader.problems);
  }
  return {
    domain: present(domain === undefined ? undefined : domains[domain]),
    streamName: present(streamName),
    leaseTableName: present(leaseTableName),
    deliveryStreams: present(deliveryStreams),
    quarantineStream: present(quarantineStream),
    initialPosition: present(initialPosition),
    failoverTimeMs,
    flushIntervalMs,
    checkpointIntervalMs,
    rememberedDevices,
    shutdownGraceMs,
    logLevel: present(logLevel),
    monitoringPort,
    monitoringHost,
    cloudWatchMetrics: present(metricsForCloudWatch),
    deviceStateTable,
    fanOutConsumerArn,
    watermarkMarginMs,
    alertTopicArn,
    alertsPerMinute,
  };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const tableName = /^[\w.-]{3,255}$/;
const tableNameRule = '3 to 255 letters, digits, _ . -';

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html */
const consumerArn = /^arn:[\w-]+:kinesis:[\w-]*:\d*:stream\/[\w.-]+\/consumer\/[\w.-]+:\d+$/;
const consumerArnRule =
  "the ARN of a stream's consumer: arn:aws:kinesis:<region>:<account>:stream/<stream>/consumer/<name>:<time>";

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
const topicArn = /^arn:[\w-]+:sns:[\w-]*:\d*:[\w-]{1,256}$/;
const topicArnRule = 'the ARN of an SNS topic that is not FIFO: arn:aws:sns:<region>:<account>:<topic>';

/** A value that is there because no problem was found. */
function present<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new ConfigurationError(['a value is missing without a reason; this is a fault of the program']);
  }
  return value;
}
