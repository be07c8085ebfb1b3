import type { PipelineConfig } from '../pipeline-config';
import { duplicateIn, refuse, type Rule } from './rule';

/** Memory in MiB that Fargate offers per CPU size. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const fargateMemory: Readonly<
  Record<PipelineConfig['consumer']['cpu'], { readonly min: number; readonly max: number; readonly step: number }>
> = {
  256: { min: 512, max: 2048, step: 512 },
  512: { min: 1024, max: 4096, step: 1024 },
  1024: { min: 2048, max: 8192, step: 1024 },
  2048: { min: 4096, max: 16384, step: 1024 },
  4096: { min: 8192, max: 30720, step: 1024 },
};
/** What a task takes beside the devices that it remembers, in MiB: measured, with room; and what a device takes at most, in KiB. */
const memoryBesideDevices = 350;
const deviceKiB = 12;
/** Most shards that an on-demand stream of 200 MiB/s has: no more tasks than that could ever work. */
const maxShardsOnDemand = 200;

/** The tasks that read the stream. */
export const consumerRules: readonly Rule[] = [
  {
    asks: '`consumer.memoryMiB` is one that Fargate offers with `consumer.cpu`',
    check: ({ consumer: { cpu, memoryMiB } }) => {
      const { min, max, step } = fargateMemory[cpu];
      const offered = memoryMiB >= min && memoryMiB <= max && memoryMiB % step === 0;
      return offered
        ? undefined
        : refuse('consumer.memoryMiB', memoryMiB, `from ${min} to ${max} in steps of ${step} with ${cpu} CPU units`);
    },
  },
  {
    asks: `\`consumer.tasks\` ≤ \`consumer.maxTasks\` ≤ the shards (${maxShardsOnDemand} on demand)`,
    because: 'a task without a shard does nothing',
    check: ({ consumer: { tasks, maxTasks }, ingestion: { capacity } }) => {
      const most = capacity.mode === 'provisioned' ? capacity.shards : maxShardsOnDemand;
      if (tasks > most) {
        return refuse('consumer.tasks', tasks, `an integer from 1 to ${most} (the shards: one task at most per shard)`);
      }
      return maxTasks < tasks || maxTasks > most
        ? refuse('consumer.maxTasks', maxTasks, `an integer from ${tasks} (consumer.tasks) to ${most} (the shards)`)
        : undefined;
    },
  },
  {
    asks: '`consumer.flushIntervalMs` < `consumer.failoverTimeMs`',
    check: ({ consumer: { flushIntervalMs, failoverTimeMs } }) =>
      flushIntervalMs >= failoverTimeMs
        ? refuse(
            'consumer.flushIntervalMs',
            flushIntervalMs,
            `an integer from 100 to ${failoverTimeMs - 1} (less than consumer.failoverTimeMs)`,
          )
        : undefined,
  },
  {
    asks: `\`consumer.rememberedDevices\` fit into \`consumer.memoryMiB\`: ${deviceKiB} KiB each, beside ${memoryBesideDevices} MiB`,
    because: 'a task without memory is killed',
    check: ({ consumer: { memoryMiB, rememberedDevices } }) => {
      const most = Math.floor(((memoryMiB - memoryBesideDevices) * 1_024) / deviceKiB);
      return rememberedDevices > most
        ? refuse('consumer.rememberedDevices', rememberedDevices, `at most ${most} with ${memoryMiB} MiB (consumer.memoryMiB)`)
        : undefined;
    },
  },
  {
    asks: '`consumer.flushIntervalMs` ≤ `consumer.checkpointIntervalMs`',
    because: 'what is checkpointed has been delivered',
    check: ({ consumer: { checkpointIntervalMs, flushIntervalMs } }) =>
      checkpointIntervalMs < flushIntervalMs
        ? refuse(
            'consumer.checkpointIntervalMs',
            checkpointIntervalMs,
            `an integer from ${flushIntervalMs} (consumer.flushIntervalMs) to 900000`,
          )
        : undefined,
  },
  {
    asks: '`consumer.flushIntervalMs` < `consumer.shutdownGraceMs` < `consumer.stopTimeoutSeconds`',
    because: 'a task that is stopped has to flush, checkpoint and release before it is killed',
    check: ({ consumer: { flushIntervalMs, shutdownGraceMs, stopTimeoutSeconds } }) =>
      shutdownGraceMs <= flushIntervalMs || shutdownGraceMs >= stopTimeoutSeconds * 1_000
        ? refuse(
            'consumer.shutdownGraceMs',
            shutdownGraceMs,
            `an integer from ${flushIntervalMs + 1} to ${stopTimeoutSeconds * 1_000 - 1} (more than consumer.flushIntervalMs, less than consumer.stopTimeoutSeconds)`,
          )
        : undefined,
  },
  {
    asks: '`consumer.alertEmails` are left out when `consumer.alerts` is false',
    because: 'there is no topic that they could subscribe to',
    check: ({ consumer: { alertEmails, alerts } }) =>
      !alerts && alertEmails.length > 0
        ? refuse('consumer.alertEmails', alertEmails, 'left out while consumer.alerts is false')
        : undefined,
  },
  {
    asks: 'No address stands twice in `consumer.alertEmails`',
    because: 'a topic has one subscription for each',
    check: ({ consumer: { alertEmails } }) => {
      const twice = duplicateIn(alertEmails);
      return twice < 0
        ? undefined
        : refuse(`consumer.alertEmails.${twice}`, alertEmails[twice], 'an address that is not named before');
    },
  },
];
