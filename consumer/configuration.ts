import { isIP } from 'node:net';
import type { Domain } from '../core/domain';
import { alertEnvironment, consumerEnvironment, fanOutEnvironment } from '../core/environment';
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
  /** FLUSH_INTERVAL_MS: longest that a record stays undelivered and so uncheckpointed. 100 to 900000. @default 10000 */
  readonly flushIntervalMs: number;
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
  /** FAN_OUT_CONSUMER_ARN: read by enhanced fan-out as this registered consumer of the stream. @default - shards are polled */
  readonly fanOutConsumerArn: string | undefined;
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
  shutdownGraceMs: 25_000,
  logLevel: 'info',
  monitoringPort: undefined,
  monitoringHost: '127.0.0.1',
  cloudWatchMetrics: 'off',
  fanOutConsumerArn: undefined,
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
 * @throws ConfigurationError that lists every fault
 */
export function parseConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
  domains: Readonly<Record<string, Domain>>,
): Configuration {
  const reader = new EnvironmentReader(environment);
  const domain = reader.choice(names.domain, Object.keys(domains));
  const streamName = reader.name(names.streamName, /^[\w.-]{1,128}$/, '1 to 128 letters, digits, _ . -');
  const leaseTableName = reader.name(names.leaseTableName, /^[\w.-]{3,255}$/, '3 to 255 letters, digits, _ . -');
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
  const shutdownGraceMs = reader.milliseconds(names.shutdownGraceMs, 0, 118_000, configurationDefaults.shutdownGraceMs);
  const logLevel = reader.choice(names.logLevel, logLevels, configurationDefaults.logLevel);
  const monitoringPort = reader.port(names.monitoringPort);
  const monitoringHost = reader.ipAddress(names.monitoringHost, configurationDefaults.monitoringHost);
  const metricsForCloudWatch = reader.choice(names.cloudWatchMetrics, cloudWatchMetrics, configurationDefaults.cloudWatchMetrics);

  const fanOutConsumerArn = reader.optional(fanOutEnvironment.fanOutConsumerArn, consumerArn, consumerArnRule);

  const alertTopicArn = reader.optional(alertEnvironment.alertTopicArn, topicArn, topicArnRule);
  const alertsPerMinute = reader.count(alertEnvironment.alertsPerMinute, 1, 10_000, configurationDefaults.alertsPerMinute);

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
    shutdownGraceMs,
    logLevel: present(logLevel),
    monitoringPort,
    monitoringHost,
    cloudWatchMetrics: present(metricsForCloudWatch),
    fanOutConsumerArn,
    alertTopicArn,
    alertsPerMinute,
  };
}

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html */
const deliveryStreamName = /^[\w.-]{1,64}$/;
const deliveryStreamRule = '1 to 64 letters, digits, _ . -';

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

/** Reads variables and gathers what is wrong with them. */
class EnvironmentReader {
  readonly problems: string[] = [];

  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  name(variable: string, pattern: RegExp, allowed: string): string | undefined {
    const value = this.value(variable);
    if (value !== undefined && pattern.test(value)) {
      return value;
    }
    this.problem(variable, value, allowed);
    return undefined;
  }

  optional(variable: string, pattern: RegExp, allowed: string): string | undefined {
    const value = this.value(variable);
    if (value !== undefined && !pattern.test(value)) {
      this.problem(variable, value, allowed);
    }
    return value;
  }

  choice<T extends string>(variable: string, allowed: readonly T[], byDefault?: T): T | undefined {
    const value = this.value(variable) ?? byDefault;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) {
      this.problem(variable, value, `one of ${allowed.join(', ')}`);
    }
    return found;
  }

  milliseconds(variable: string, least: number, most: number, byDefault: number): number {
    return this.count(variable, least, most, byDefault, 'a whole number of milliseconds');
  }

  count(variable: string, least: number, most: number, byDefault: number, what = 'a whole number'): number {
    const value = this.value(variable) ?? String(byDefault);
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (!(number >= least && number <= most)) {
      this.problem(variable, value, `${what} from ${least} to ${most}`);
    }
    return number;
  }

  port(variable: string): number | undefined {
    const value = this.value(variable);
    if (value === undefined) {
      return undefined;
    }
    const number = /^\d{1,5}$/.test(value) ? Number(value) : NaN;
    if (!(number <= 65_535)) {
      this.problem(variable, value, 'a port from 1 to 65535, or 0 to let the system choose');
    }
    return number;
  }

  ipAddress(variable: string, byDefault: string): string {
    const value = this.value(variable) ?? byDefault;
    if (isIP(value) === 0) {
      this.problem(variable, value, 'an IP address, such as 127.0.0.1, or 0.0.0.0 for all interfaces');
    }
    return value;
  }

  /** @param tables the domain's tables; undefined when the domain is not known, and which tables there must be is not checked */
  deliveryStreams(variable: string, tables: readonly string[] | undefined): Readonly<Record<string, string>> | undefined {
    const text = this.value(variable);
    const parsed = text === undefined ? undefined : parseObject(text);
    if (parsed === undefined) {
      this.problem(variable, text, `a JSON object of delivery streams by table${tables ? `: ${tables.join(', ')}` : ''}`);
      return undefined;
    }
    const streams: Record<string, string> = {};
    for (const [table, stream] of Object.entries(parsed)) {
      if (tables !== undefined && !tables.includes(table)) {
        this.problems.push(`${variable} names table "${table}", which the domain does not have; it has ${tables.join(', ')}`);
      }
      if (typeof stream !== 'string' || !deliveryStreamName.test(stream)) {
        this.problems.push(`${variable}: ${table} is ${JSON.stringify(stream)}; allowed: ${deliveryStreamRule}`);
      } else {
        streams[table] = stream;
      }
    }
    const missing = (tables ?? []).filter((table) => !Object.hasOwn(parsed, table));
    if (missing.length > 0) {
      this.problems.push(`${variable} names no delivery stream for ${missing.join(', ')}; every table of the domain needs one`);
    }
    return streams;
  }

  private value(variable: string): string | undefined {
    const value = this.environment[variable];
    return value === '' ? undefined : value;
  }

  private problem(variable: string, value: string | undefined, allowed: string): void {
    this.problems.push(`${variable} is ${value === undefined ? 'not set' : JSON.stringify(value)}; allowed: ${allowed}`);
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
