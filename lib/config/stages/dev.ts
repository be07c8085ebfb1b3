import type { StageSettings } from '../pipeline-config';

/** To try and to throw away: small, quick to reach the lake, and nobody is woken. */
export const dev: StageSettings = {
  // With each flush: what has come through is seen at once.
  consumer: { cpu: 512, memoryMiB: 1_024, tasks: 2, maxTasks: 2, spotPercent: 50, checkpointIntervalMs: 2_000 },
  logRetentionDays: 7,
  mayDestroyData: true,
};
