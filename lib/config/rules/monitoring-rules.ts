import { deliveryDelaySeconds } from '../../delivery/transformation';
import { isAbsenceWatchable, longestWatchHours, scheduleGap } from '../schedule';
import { duplicateIn, refuse, type Rule } from './rule';

/** Alarms: what they read has to be there, and they must not ring in everyday work. */
export const monitoringRules: readonly Rule[] = [
  {
    asks: '`monitoring.emails` are left out with `monitoring.topicArn`',
    because: 'who subscribes to an existing topic is its owner’s business',
    check: ({ monitoring: { emails, topicArn } }) =>
      topicArn !== undefined && emails.length > 0
        ? refuse('monitoring.emails', emails, 'left out with monitoring.topicArn: subscribe them to that topic')
        : undefined,
  },
  {
    asks: 'No address stands twice in `monitoring.emails`',
    because: 'a topic has one subscription for each',
    check: ({ monitoring: { emails } }) => {
      const twice = duplicateIn(emails);
      return twice < 0 ? undefined : refuse(`monitoring.emails.${twice}`, emails[twice], 'an address that is not named before');
    },
  },
  {
    asks: '`monitoring.alarms` need `consumer.cloudWatchMetrics` to be more than off',
    because: 'quarantine and stalled shards are seen by the consumer alone',
    check: ({ monitoring: { alarms }, consumer: { cloudWatchMetrics } }) =>
      alarms && cloudWatchMetrics === 'off'
        ? refuse('consumer.cloudWatchMetrics', cloudWatchMetrics, 'application or shards, while monitoring.alarms is true')
        : undefined,
  },
  {
    asks: '`monitoring.deliveryFreshnessSeconds` > `delivery.bufferIntervalSeconds`, and a minute more with `delivery.csvIntake`',
    because: 'rows wait that long in Firehose by design',
    check: ({ monitoring: { deliveryFreshnessSeconds }, delivery }) => {
      const delay = deliveryDelaySeconds(delivery);
      return deliveryFreshnessSeconds <= delay
        ? refuse(
            'monitoring.deliveryFreshnessSeconds',
            deliveryFreshnessSeconds,
            `an integer from ${delay + 1} to 86400 (more than delivery.bufferIntervalSeconds${delivery.csvIntake ? ' and the minute of delivery.csvIntake' : ''})`,
          )
        : undefined;
    },
  },
  {
    asks: '`consumer.scaleOutLagSeconds` < `monitoring.lagSeconds`, where the service scales and there are alarms',
    because: 'tasks are to be added before a person is called',
    check: ({ monitoring: { alarms, lagSeconds }, consumer: { tasks, maxTasks, scaleOutLagSeconds } }) =>
      alarms && maxTasks > tasks && scaleOutLagSeconds >= lagSeconds
        ? refuse(
            'consumer.scaleOutLagSeconds',
            scaleOutLagSeconds,
            `an integer from 1 to ${lagSeconds - 1} (less than monitoring.lagSeconds)`,
          )
        : undefined,
  },
  {
    asks: '`monitoring.lagSeconds` and `monitoring.stalledShardSeconds` are less than half of `ingestion.retentionHours`',
    because: 'an alarm has to leave time to repair the consumer before records are lost',
    check: ({ monitoring, ingestion: { retentionHours } }) => {
      const most = retentionHours * 1_800 - 1;
      const key = (['lagSeconds', 'stalledShardSeconds'] as const).find((name) => monitoring[name] > most);
      return key && refuse(`monitoring.${key}`, monitoring[key], `at most ${most} (less than half of ingestion.retentionHours)`);
    },
  },
  {
    asks: '`monitoring.stalledShardSeconds` > `consumer.failoverTimeMs`',
    because: 'the shards of a task that died stand still for that long',
    check: ({ monitoring: { stalledShardSeconds }, consumer: { failoverTimeMs } }) =>
      stalledShardSeconds * 1_000 <= failoverTimeMs
        ? refuse(
            'monitoring.stalledShardSeconds',
            stalledShardSeconds,
            `an integer from ${Math.floor(failoverTimeMs / 1_000) + 1} to 86400 (more than consumer.failoverTimeMs)`,
          )
        : undefined,
  },
  {
    asks: '`monitoring.trainingAbsenceHours` is more than the longest time between two runs of `training.schedule`',
    because: `the alarm would ring without a fault; there is none for runs that are ${longestWatchHours / 24} days apart or more, which is as far as CloudWatch looks back`,
    check: ({ monitoring: { alarms, trainingAbsenceHours }, training: { schedule, scheduled } }) => {
      const gap = scheduleGap(schedule);
      const rings = gap.kind === 'hours' && isAbsenceWatchable(schedule) && trainingAbsenceHours <= gap.hours;
      return alarms && scheduled && rings
        ? refuse(
            'monitoring.trainingAbsenceHours',
            trainingAbsenceHours,
            `an integer from ${Math.floor(gap.hours) + 1} to ${longestWatchHours} (more than training.schedule has between two runs)`,
          )
        : undefined;
    },
  },
];
