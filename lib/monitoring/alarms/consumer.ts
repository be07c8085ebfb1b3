import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { pipelineMetrics, workerMetrics } from '../../../core/metrics';
import { consumerMetrics, tableMetrics, taskMetrics } from '../metrics';
import type { Watched } from '../watched';
import { aQuarter, atOnce, lasting, type AlarmDefinition } from './alarm-definition';

const minutes = (amount: number): Duration => Duration.minutes(amount);

/** Does the consumer do its work? */
export function consumerAlarms(watched: Watched): readonly AlarmDefinition[] {
  const { config } = watched;
  const table = tableMetrics(watched.leaseTableName);
  return [
    {
      kind: 'tasks-missing',
      // One fewer is no harm by itself: `consumer-lag` and `nobody-reads` tell when it becomes one.
      severity: 'ticket',
      says: `Fewer than ${config.consumer.tasks} tasks of the consumer run.`,
      metric: taskMetrics(watched)('RunningTaskCount', 'Average'),
      when: { below: config.consumer.tasks },
      // Tasks that start and die again and again are missing only now and then.
      holding: lasting(minutes(10), 0.5),
      missing: 'breaching',
    },
    ...(['Read', 'Write'] as const).map((way): AlarmDefinition => ({
      kind: 'lease-table-throttled',
      of: way.toLowerCase(),
      severity: 'ticket',
      says: `DynamoDB refuses to ${way.toLowerCase()} leases because of its limits.`,
      metric: zeroWhereMissing(table(`${way}ThrottleEvents`, 'Sum', { period: minutes(5) }), `Throttled ${way.toLowerCase()}s`),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    })),
    ...byItsOwnMetrics(watched),
  ];
}

/**
 * DynamoDB writes nothing where nothing was throttled, and an alarm on its metrics may pass over what is missing, whatever it is told to
 * do: it would never be over, and the next time not ring.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (TreatMissingData)
 */
function zeroWhereMissing(metric: Metric, label: string): MathExpression {
  return new MathExpression({ expression: 'FILL(throttled, 0)', usingMetrics: { throttled: metric }, period: minutes(5), label });
}

/** None of these without the metrics that the consumer writes. */
function byItsOwnMetrics(watched: Watched): readonly AlarmDefinition[] {
  const consumer = consumerMetrics(watched);
  if (consumer === undefined) {
    return [];
  }
  const { monitoring } = watched.config;
  const count = (name: string) => consumer(name, 'Sum', { period: minutes(5) });
  return [
    {
      kind: 'nobody-reads',
      severity: 'page',
      says: 'No task of the consumer holds a lease, or none writes its metrics.',
      metric: consumer(workerMetrics.leases, 'Sum'),
      when: { below: 1 },
      holding: lasting(minutes(10)),
      missing: 'breaching',
    },
    {
      kind: 'consumer-lag',
      severity: 'page',
      says: `A shard of this consumer is more than ${monitoring.lagSeconds} seconds behind, by its own account.`,
      metric: consumer(workerMetrics.lag, 'Maximum'),
      when: { above: monitoring.lagSeconds * 1_000 },
      holding: lasting(minutes(5)),
      missing: 'notBreaching',
    },
    {
      kind: 'shard-stalled',
      severity: 'page',
      says: `A shard that has data has not advanced for ${monitoring.stalledShardSeconds} seconds.`,
      metric: consumer(workerMetrics.stalled, 'Maximum'),
      // ECS replaces a task with such a shard, and the next counts from nothing: no single age tells, but most minutes do.
      when: { above: 60_000 },
      holding: lasting(Duration.seconds(monitoring.stalledShardSeconds), 0.6),
      missing: 'notBreaching',
    },
    {
      kind: 'shard-lost',
      severity: 'ticket',
      says: 'The stream deleted a shard before it was read to its end: records are lost.',
      metric: count(workerMetrics.shardsLost),
      when: { above: 0 },
      holding: atOnce,
      missing: 'notBreaching',
      event: true,
    },
    {
      kind: 'quarantine-rate',
      severity: 'ticket',
      says: `More than ${monitoring.quarantinePercent} % of the records go to quarantine.`,
      metric: new MathExpression({
        // Without a record there is no rate, rather than a division by nothing.
        expression: 'IF(received > 0, 100 * quarantined / received, 0)',
        usingMetrics: { received: count(pipelineMetrics.received), quarantined: count(pipelineMetrics.quarantined) },
        period: minutes(5),
        label: 'Records in quarantine, %',
      }),
      when: { above: monitoring.quarantinePercent },
      holding: aQuarter,
      missing: 'notBreaching',
    },
    {
      kind: 'delivery-retried',
      severity: 'ticket',
      says: 'The consumer has to send rows to Firehose again and again.',
      metric: count(pipelineMetrics.deliveryRetries),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
    ...(watched.alerts ? [alertsLost(count(pipelineMetrics.alertsLost))] : []),
    {
      kind: 'lease-table-failing',
      severity: 'ticket',
      says: 'Calls of the consumer to its lease table fail.',
      metric: count(workerMetrics.leaseTableFailures),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
    ...(watched.deviceStateTableName === undefined ? [] : deviceStateAlarms(count)),
  ];
}

/** Do devices keep what is remembered of them? */
function deviceStateAlarms(count: (name: string) => Metric): readonly AlarmDefinition[] {
  return [
    {
      kind: 'device-states-contested',
      severity: 'ticket',
      says: 'What is remembered of devices is not stored, since another processor has written it.',
      metric: count(pipelineMetrics.deviceStatesContested),
      // A worker that was paused and wakes is refused once, as it should be.
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
    {
      kind: 'device-state-retried',
      severity: 'ticket',
      says: 'The consumer has to ask the device state table again and again.',
      metric: count(pipelineMetrics.deviceStateRetries),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
  ];
}

function alertsLost(metric: Metric): AlarmDefinition {
  return {
    kind: 'alerts-lost',
    severity: 'ticket',
    says: 'Alerts about devices could not be sent: nobody was told of them.',
    metric,
    when: { above: 0 },
    holding: atOnce,
    missing: 'notBreaching',
    event: true,
  };
}
