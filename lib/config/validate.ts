import { ConfigurationError } from './configuration-error';
import { xgboostAccounts } from '../training/xgboost-accounts';
import { maxAvailabilityZones } from './pipeline-config';
import type {
  ConsumerConfig,
  DeliveryConfig,
  IngestionConfig,
  NetworkConfig,
  PipelineConfig,
  TrainingConfig,
} from './pipeline-config';

/** Retention of a stream, in hours: a day to a year. https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html */
const retention = { min: 24, max: 365 * 24 };
/** Memory in MiB that Fargate offers per CPU size. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const fargateMemory: Readonly<Record<number, { readonly min: number; readonly max: number; readonly step: number }>> = {
  256: { min: 512, max: 2048, step: 512 },
  512: { min: 1024, max: 4096, step: 1024 },
  1024: { min: 2048, max: 8192, step: 1024 },
  2048: { min: 4096, max: 16384, step: 1024 },
  4096: { min: 8192, max: 30720, step: 1024 },
};
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** A poll costs about 10 of the 25,000 events that a standard execution's history holds; a tenth is kept for the rest. */
const maxPolls = 2_000;

/**
 * Holds a configuration to every rule, of single keys and across them.
 * @returns the same configuration
 * @throws ConfigurationError for the first rule that it breaks
 */
export function validated(config: PipelineConfig): PipelineConfig {
  matches(
    'appName',
    config.appName,
    /^[a-z](?:-?[a-z0-9]){0,19}$/,
    'lower-case letters, digits and single hyphens, at most 20 characters',
  );
  if ((config.account === undefined) !== (config.region === undefined)) {
    const missing = config.account === undefined ? 'account' : 'region';
    throw new ConfigurationError(missing, undefined, 'given too: account and region come together or not at all');
  }
  if (config.account !== undefined) {
    matches('account', config.account, /^\d{12}$/, 'an account id of 12 digits');
  }
  if (config.region !== undefined) {
    matches('region', config.region, /^[a-z]{2,3}(-[a-z]+)+-\d$/, 'a region such as eu-west-1');
  }
  oneOf('logRetentionDays', config.logRetentionDays, logRetentionDays);
  ingestion(config.ingestion);
  network(config.network);
  consumer(config.consumer, config.ingestion);
  delivery(config.delivery);
  training(config.training, config.ingestion);
  if (config.region !== undefined && config.training.image === undefined && !Object.hasOwn(xgboostAccounts, config.region)) {
    throw new ConfigurationError(
      'training.image',
      undefined,
      `given in ${config.region}: no image of SageMaker's is known there`,
    );
  }
  if (config.destroysData && !config.mayDestroyData) {
    throw new ConfigurationError(
      '-c destroyData',
      config.stage,
      `left out: the stage ${config.stage} does not set mayDestroyData`,
    );
  }
  return config;
}

function ingestion({ capacity, retentionHours }: IngestionConfig): void {
  integer('ingestion.retentionHours', retentionHours, retention.min, retention.max);
  if (capacity.mode === 'provisioned') {
    integer('ingestion.capacity.shards', capacity.shards, 1, 10_000);
  }
}

function network({ availabilityZones, natGateways }: NetworkConfig): void {
  integer('network.availabilityZones', availabilityZones, 2, maxAvailabilityZones);
  integer('network.natGateways', natGateways, 0, availabilityZones, '(network.availabilityZones)');
}

function consumer(config: ConsumerConfig, { capacity }: IngestionConfig): void {
  const shards = capacity.mode === 'provisioned' ? capacity.shards : undefined;
  oneOf('consumer.cpu', config.cpu, Object.keys(fargateMemory).map(Number));
  const memory = fargateMemory[config.cpu];
  if (memory !== undefined && (!within(config.memoryMiB, memory.min, memory.max) || config.memoryMiB % memory.step !== 0)) {
    const allowed = `from ${memory.min} to ${memory.max} in steps of ${memory.step} with ${config.cpu} CPU units`;
    throw new ConfigurationError('consumer.memoryMiB', config.memoryMiB, allowed);
  }
  integer(
    'consumer.tasks',
    config.tasks,
    1,
    shards ?? 1_000,
    shards === undefined ? '' : '(the shards: one task at most per shard)',
  );
  oneOf('consumer.initialPosition', config.initialPosition, ['TRIM_HORIZON', 'LATEST']);
  oneOf('consumer.reading', config.reading, ['polling', 'fan-out']);
  oneOf('consumer.logLevel', config.logLevel, ['debug', 'info', 'warn', 'error']);
  oneOf('consumer.cloudWatchMetrics', config.cloudWatchMetrics, ['off', 'application', 'shards']);
  integer('consumer.failoverTimeMs', config.failoverTimeMs, 1_000, 300_000);
  integer(
    'consumer.flushIntervalMs',
    config.flushIntervalMs,
    100,
    config.failoverTimeMs - 1,
    '(less than consumer.failoverTimeMs)',
  );
  integer('consumer.stopTimeoutSeconds', config.stopTimeoutSeconds, 2, 120);
  const stopMs = config.stopTimeoutSeconds * 1_000;
  integer(
    'consumer.shutdownGraceMs',
    config.shutdownGraceMs,
    config.flushIntervalMs + 1,
    stopMs - 1,
    '(more than consumer.flushIntervalMs, less than consumer.stopTimeoutSeconds)',
  );
}

function delivery(config: DeliveryConfig): void {
  integer('delivery.bufferSizeMiB', config.bufferSizeMiB, 64, 128);
  integer('delivery.bufferIntervalSeconds', config.bufferIntervalSeconds, 60, 900);
  integer('delivery.quarantineRetentionDays', config.quarantineRetentionDays, 1, 36_500);
  integer('delivery.queryResultRetentionDays', config.queryResultRetentionDays, 1, 36_500);
  integer('delivery.queryScanLimitGiB', config.queryScanLimitGiB, 1, 100_000);
}

function training(config: TrainingConfig, { retentionHours }: IngestionConfig): void {
  matches(
    'training.schedule',
    config.schedule,
    /^(rate|cron)\([^()]+\)$/,
    'rate(...) or cron(...) as EventBridge Scheduler takes it',
  );
  integer(
    'training.allowedLatenessSeconds',
    config.allowedLatenessSeconds,
    0,
    retentionHours * 3_600,
    "(the stream's retention)",
  );
  matches(
    'training.instanceType',
    config.instanceType,
    /^ml\.[a-z0-9-]+\.[a-z0-9]+$/,
    'a SageMaker instance type such as ml.m5.large',
  );
  integer('training.instanceCount', config.instanceCount, 1, 20);
  integer('training.volumeSizeGiB', config.volumeSizeGiB, 1, 16_384);
  integer('training.maxRuntimeSeconds', config.maxRuntimeSeconds, 60, 432_000);
  integer(
    'training.maxWaitSeconds',
    config.maxWaitSeconds,
    config.maxRuntimeSeconds,
    864_000,
    '(at least training.maxRuntimeSeconds)',
  );
  const fewest = Math.max(5, Math.ceil(config.maxWaitSeconds / maxPolls));
  integer(
    'training.pollIntervalSeconds',
    config.pollIntervalSeconds,
    fewest,
    3_600,
    `(at most ${maxPolls} polls in training.maxWaitSeconds)`,
  );
  if (config.image !== undefined) {
    const uri = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9._/-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/;
    matches(
      'training.image',
      config.image,
      uri,
      'an ECR image with a tag or digest: <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>',
    );
  }
}

const within = (value: number, min: number, max: number): boolean => value >= min && value <= max;

function integer(key: string, value: number, min: number, max: number, why = ''): void {
  if (!Number.isInteger(value) || !within(value, min, max)) {
    throw new ConfigurationError(key, value, `an integer from ${min} to ${max} ${why}`.trimEnd());
  }
}

function oneOf<T extends string | number>(key: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value)) {
    throw new ConfigurationError(key, value, `one of ${allowed.join(', ')}`);
  }
}

function matches(key: string, value: string, pattern: RegExp, allowed: string): void {
  if (!pattern.test(value)) {
    throw new ConfigurationError(key, value, allowed);
  }
}
