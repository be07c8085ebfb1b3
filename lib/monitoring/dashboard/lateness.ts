import { workerMetrics } from '../../../core/metrics';
import { consumerMetrics, deliveryMetrics, fanOutMetrics, streamMetrics } from '../metrics';
import type { Watched } from '../watched';
import type { Graph } from './graph';

/** How long records wait at each station on their way. */
export function latenessGraphs(watched: Watched): readonly Graph[] {
  const { config, fanOutConsumerName, deliveries } = watched;
  const consumer = consumerMetrics(watched);
  return [
    {
      title: 'On the stream',
      axis: 'milliseconds',
      limit: config.monitoring.lagSeconds * 1_000,
      left: [
        fanOutConsumerName === undefined
          ? streamMetrics(watched)('GetRecords.IteratorAgeMilliseconds', 'Maximum', { label: 'Age when read' })
          : fanOutMetrics(watched, fanOutConsumerName)('SubscribeToShardEvent.MillisBehindLatest', 'Maximum', {
              label: 'Behind the tip, pushed',
            }),
        ...(consumer === undefined
          ? []
          : [consumer(workerMetrics.lag, 'Maximum', { label: 'Behind the tip, says the consumer' })]),
      ],
    },
    ...(consumer === undefined
      ? []
      : [
          {
            title: 'In the consumer',
            axis: 'milliseconds',
            left: [
              consumer(workerMetrics.batchTime, 'p50', { label: 'A batch, p50' }),
              consumer(workerMetrics.batchTime, 'p99', { label: 'A batch, p99' }),
              consumer(workerMetrics.stalled, 'Maximum', { label: 'A shard stands still' }),
            ],
          },
        ]),
    {
      title: 'In Firehose',
      axis: 'seconds',
      limit: config.monitoring.deliveryFreshnessSeconds,
      left: deliveries.map(({ of, name }) => deliveryMetrics(name)('DeliveryToS3.DataFreshness', 'Maximum', { label: of })),
    },
  ];
}
