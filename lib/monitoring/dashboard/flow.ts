import { Duration } from 'aws-cdk-lib';
import { pipelineMetrics, workerMetrics } from '../../../core/metrics';
import { consumerMetrics, deliveryMetrics, iotRuleMetrics, streamMetrics } from '../metrics';
import type { Watched } from '../watched';
import type { Graph } from './graph';

/** Whether records come in, go through and arrive. */
export function flowGraphs(watched: Watched): readonly Graph[] {
  const { iotRuleName, deliveries } = watched;
  const stream = streamMetrics(watched);
  const consumer = consumerMetrics(watched);
  return [
    {
      title: 'Into the stream',
      axis: 'records a minute',
      left: [
        stream('IncomingRecords', 'Sum', { label: 'Records on the stream' }),
        ...(iotRuleName === undefined
          ? []
          : [iotRuleMetrics(iotRuleName)('TopicMatch', 'Sum', { label: 'Messages to IoT Core' })]),
      ],
    },
    ...(consumer === undefined
      ? []
      : [
          {
            title: 'Through the consumer',
            axis: 'records a minute',
            left: [
              consumer(pipelineMetrics.received, 'Sum', { label: 'Received' }),
              consumer(pipelineMetrics.delivered, 'Sum', { label: 'Delivered' }),
              consumer(pipelineMetrics.quarantined, 'Sum', { label: 'Quarantined' }),
              consumer(pipelineMetrics.duplicatesDropped, 'Sum', { label: 'Duplicates dropped' }),
            ],
            right: [consumer(workerMetrics.leases, 'Sum', { label: 'Shards that are read' })],
            rightAxis: 'shards',
          },
        ]),
    ...(consumer === undefined || !watched.alerts
      ? []
      : [
          {
            title: 'Alerts about devices',
            axis: 'alerts an hour',
            left: [
              consumer(pipelineMetrics.alertsSent, 'Sum', { label: 'Sent', period: Duration.hours(1) }),
              consumer(pipelineMetrics.alertsWithheld, 'Sum', { label: 'Told of together', period: Duration.hours(1) }),
              consumer(pipelineMetrics.alertsLost, 'Sum', { label: 'Lost', period: Duration.hours(1) }),
            ],
          },
        ]),
    {
      title: 'Into the lake',
      axis: 'bytes a minute',
      left: deliveries.map(({ of, name }) => deliveryMetrics(name)('DeliveryToS3.Bytes', 'Sum', { label: of })),
    },
  ];
}
