import { Duration } from 'aws-cdk-lib';
import { Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';

export interface LagProps {
  readonly streamName: string;
  /** The stream's registered consumer, when it is read by enhanced fan-out. Undefined when it is polled. */
  readonly fanOutConsumerName: string | undefined;
}

/**
 * How far behind the stream the reading is, in milliseconds: of the shard that is furthest behind, so that one hot shard is seen. Kinesis
 * itself measures it, so it is there when the tasks are not well. Polling has one figure for all that poll the stream: another application
 * that falls behind on it looks like this one.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 */
export function lag({ streamName, fanOutConsumerName }: LagProps): IMetric {
  return new Metric({
    namespace: 'AWS/Kinesis',
    ...(fanOutConsumerName === undefined
      ? { metricName: 'GetRecords.IteratorAgeMilliseconds', dimensionsMap: { StreamName: streamName } }
      : {
          metricName: 'SubscribeToShardEvent.MillisBehindLatest',
          dimensionsMap: { StreamName: streamName, ConsumerName: fanOutConsumerName },
        }),
    statistic: Stats.MAXIMUM,
    period: Duration.minutes(1),
  });
}
