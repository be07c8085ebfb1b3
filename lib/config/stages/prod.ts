import type { StageSettings } from '../pipeline-config';

/** A fleet that people rely on: a week to repair a consumer, more room, a person who approves models, and data that outlives its stack. */
export const prod: StageSettings = {
  ingestion: { retentionHours: 7 * 24 },
  network: { mode: 'new', availabilityZones: 3 },
  consumer: {
    cpu: 1_024,
    memoryMiB: 2_048,
    tasks: 2,
    maxTasks: 4,
    flushIntervalMs: 5_000,
    checkpointIntervalMs: 60_000,
    rememberedDevices: 50_000,
    shutdownGraceMs: 60_000,
    stopTimeoutSeconds: 90,
  },
  lake: { infrequentAccessAfterDays: 90, accessLogRetentionDays: 365 },
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
    approval: 'manual',
    instanceType: 'ml.m5.2xlarge',
    volumeSizeGiB: 100,
    maxRuntimeSeconds: 4 * 3_600,
    maxWaitSeconds: 8 * 3_600,
    pollIntervalSeconds: 60,
  },
  logRetentionDays: 90,
};
