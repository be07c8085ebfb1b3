import { Duration } from 'aws-cdk-lib';
import { workerMetrics } from '../../../core/metrics';
import { consumerMetrics, fanOutMetrics, streamMetrics } from '../metrics';
import type { Watched } from '../watched';
import { aQuarter, lasting, type AlarmDefinition } from './alarm-definition';

/** Are they read, and how late? */
export function readingAlarms(watched: Watched): readonly AlarmDefinition[] {
  const { config, fanOutConsumerName } = watched;
  const stream = streamMetrics(watched);
  const fanOut = fanOutConsumerName === undefined ? undefined : fanOutMetrics(watched, fanOutConsumerName);
  const lag =
    fanOut?.('SubscribeToShardEvent.MillisBehindLatest', 'Maximum') ?? stream('GetRecords.IteratorAgeMilliseconds', 'Maximum');
  return [
    {
      kind: 'stream-lag',
      // It may be another reader's lag, which wakes nobody; this consumer's own is `consumer-lag`.
      severity: 'ticket',
      says: `Records wait longer than ${config.monitoring.lagSeconds} seconds on the stream to be read.`,
      metric: lag,
      when: { above: config.monitoring.lagSeconds * 1_000 },
      holding: lasting(Duration.minutes(5)),
      missing: 'notBreaching',
    },
    {
      kind: 'near-retention',
      severity: 'page',
      // Half is what the documentation of the metric calls a risk.
      says: `Records wait longer than half of the ${config.ingestion.retentionHours} hours that the stream keeps them: they will be lost.`,
      metric: consumerMetrics(watched)?.(workerMetrics.lag, 'Maximum') ?? lag,
      when: { above: (config.ingestion.retentionHours * 3_600_000) / 2 },
      holding: lasting(Duration.minutes(5)),
      missing: 'notBreaching',
    },
    {
      kind: 'read-throttled',
      severity: 'ticket',
      says: 'Readers ask more of the shards than they give, and are refused.',
      metric: fanOut?.('SubscribeToShard.RateExceeded', 'Sum') ?? stream('ReadProvisionedThroughputExceeded', 'Sum'),
      when: { above: 0 },
      holding: aQuarter,
      missing: 'notBreaching',
    },
  ];
}
