import type { PipelineConfig, StageName } from './pipeline-config';

const appName = 'iot-to-model';

/** One machine's worth of everything, to try and to throw away. */
const dev: PipelineConfig = {
  stage: 'dev',
  appName,
  ingestion: { capacity: { mode: 'on-demand' }, retentionHours: 24 },
  network: { availabilityZones: 2, natGateways: 0 },
  consumer: {
    cpu: 512,
    memoryMiB: 1024,
    tasks: 2,
    initialPosition: 'TRIM_HORIZON',
    reading: 'polling',
    failoverTimeMs: 10_000,
    flushIntervalMs: 2_000,
    shutdownGraceMs: 20_000,
    stopTimeoutSeconds: 30,
    logLevel: 'info',
    cloudWatchMetrics: 'application',
  },
  delivery: {
    bufferSizeMiB: 64,
    bufferIntervalSeconds: 60,
    quarantineRetentionDays: 30,
    queryResultRetentionDays: 1,
    queryScanLimitGiB: 10,
  },
  training: {
    schedule: 'rate(1 day)',
    allowedLatenessSeconds: 600,
    instanceType: 'ml.m5.large',
    instanceCount: 1,
    volumeSizeGiB: 30,
    maxRuntimeSeconds: 3_600,
    useSpot: true,
    maxWaitSeconds: 7_200,
    pollIntervalSeconds: 30,
  },
  logRetentionDays: 7,
  mayDestroyData: true,
  destroysData: false,
};

/** A fleet that people rely on: a week to repair a consumer, more room, and data that outlives its stack. */
const prod: PipelineConfig = {
  stage: 'prod',
  appName,
  ingestion: { capacity: { mode: 'on-demand' }, retentionHours: 7 * 24 },
  network: { availabilityZones: 3, natGateways: 0 },
  consumer: {
    cpu: 1024,
    memoryMiB: 2048,
    tasks: 4,
    initialPosition: 'TRIM_HORIZON',
    reading: 'polling',
    failoverTimeMs: 10_000,
    flushIntervalMs: 5_000,
    shutdownGraceMs: 60_000,
    stopTimeoutSeconds: 90,
    logLevel: 'info',
    cloudWatchMetrics: 'application',
  },
  delivery: {
    bufferSizeMiB: 128,
    bufferIntervalSeconds: 300,
    quarantineRetentionDays: 365,
    queryResultRetentionDays: 7,
    queryScanLimitGiB: 1_024,
  },
  training: {
    schedule: 'cron(15 2 * * ? *)',
    allowedLatenessSeconds: 3_600,
    instanceType: 'ml.m5.2xlarge',
    instanceCount: 1,
    volumeSizeGiB: 100,
    maxRuntimeSeconds: 4 * 3_600,
    useSpot: true,
    maxWaitSeconds: 8 * 3_600,
    pollIntervalSeconds: 60,
  },
  logRetentionDays: 90,
  mayDestroyData: false,
  destroysData: false,
};

/** The configuration of each stage, before the command line has had its say. */
export const stages: Readonly<Record<StageName, PipelineConfig>> = { dev, prod };
