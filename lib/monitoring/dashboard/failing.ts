import { Duration } from 'aws-cdk-lib';
import { csvMetrics, pipelineMetrics, workerMetrics } from '../../../core/metrics';
import {
  consumerMetrics,
  csvIntakeMetrics,
  deliveryMetrics,
  fanOutMetrics,
  iotActionsForGraph,
  iotRuleMetrics,
  streamMetrics,
  tableMetrics,
  taskMetrics,
} from '../metrics';
import type { Watched } from '../watched';
import type { Graph } from './graph';

/** What is refused, rejected, repeated or given up, from the devices to the lake. */
export function failingGraphs(watched: Watched): readonly Graph[] {
  const { fanOutConsumerName, iotRuleName, deliveries, deviceStateTableName } = watched;
  const stream = streamMetrics(watched);
  const consumer = consumerMetrics(watched);
  const tasks = taskMetrics(watched);
  const table = tableMetrics(watched.leaseTableName);
  const transforming = deliveries.filter(({ transforms }) => transforms);
  return [
    {
      title: 'At the stream',
      axis: 'refused a minute',
      left: [
        stream('WriteProvisionedThroughputExceeded', 'Sum', { label: 'Writes throttled' }),
        fanOutConsumerName === undefined
          ? stream('ReadProvisionedThroughputExceeded', 'Sum', { label: 'Reads throttled' })
          : fanOutMetrics(watched, fanOutConsumerName)('SubscribeToShard.RateExceeded', 'Sum', {
              label: 'Subscriptions refused',
            }),
        stream('PutRecords.FailedRecords', 'Sum', { label: 'Puts failed' }),
      ],
    },
    ...(iotRuleName === undefined
      ? []
      : [
          {
            title: 'In IoT Core',
            axis: 'messages in five minutes',
            left: [
              iotActionsForGraph(iotRuleName, 'Failure', 'Not put on the stream'),
              iotActionsForGraph(iotRuleName, 'ErrorActionSuccess', 'Kept as undelivered'),
              iotActionsForGraph(iotRuleName, 'ErrorActionFailure', 'Lost'),
              iotRuleMetrics(iotRuleName)('RuleMessageThrottled', 'Sum', {
                label: 'Dropped: throttled',
                period: Duration.minutes(5),
              }),
            ],
          },
        ]),
    ...(consumer === undefined
      ? []
      : [
          {
            title: 'In the consumer',
            axis: 'a minute',
            left: [
              consumer(pipelineMetrics.quarantined, 'Sum', { label: 'Records quarantined' }),
              consumer(pipelineMetrics.deliveryRetries, 'Sum', { label: 'Requests to Firehose repeated' }),
              consumer(workerMetrics.readFailures, 'Sum', { label: 'Reads failed' }),
              consumer(workerMetrics.processorFailures, 'Sum', { label: 'Batches failed' }),
              consumer(workerMetrics.leaseTableFailures, 'Sum', { label: 'Calls to the lease table failed' }),
              consumer(workerMetrics.shardsLost, 'Sum', { label: 'Shards lost' }),
            ],
          },
        ]),
    ...(consumer === undefined || deviceStateTableName === undefined
      ? []
      : [
          {
            title: 'What is remembered of devices',
            axis: 'a minute',
            left: [
              consumer(pipelineMetrics.deviceStatesContested, 'Sum', { label: 'Written by another processor' }),
              consumer(pipelineMetrics.deviceStatesUnreadable, 'Sum', { label: 'Start over' }),
              consumer(pipelineMetrics.deviceStateRetries, 'Sum', { label: 'Calls to the table repeated' }),
            ],
          },
        ]),
    {
      title: 'Tasks',
      axis: 'tasks',
      left: [
        tasks('DesiredTaskCount', 'Average', { label: 'Wanted' }),
        tasks('RunningTaskCount', 'Average', { label: 'Running' }),
      ],
      ...(consumer !== undefined && {
        right: [consumer(workerMetrics.healthy, 'Minimum', { label: 'All healthy (1) or not (0)' })],
        rightAxis: 'healthy',
      }),
    },
    {
      title: 'Lease table',
      axis: 'throttled a minute',
      left: [table('ReadThrottleEvents', 'Sum', { label: 'Reads' }), table('WriteThrottleEvents', 'Sum', { label: 'Writes' })],
    },
    {
      title: 'In Firehose',
      axis: 'records a minute',
      left: deliveries.flatMap(({ of, name, converts }) => [
        deliveryMetrics(name)('ThrottledRecords', 'Sum', { label: `${of}: throttled` }),
        ...(converts ? [deliveryMetrics(name)('FailedConversion.Records', 'Sum', { label: `${of}: not converted` })] : []),
      ]),
      ...(transforming.length > 0 && {
        right: transforming.map(({ of, name }) =>
          deliveryMetrics(name)('ExecuteProcessing.Success', 'Average', { label: `${of}: the function succeeds (1)` }),
        ),
        rightAxis: 'successes',
      }),
    },
    ...(transforming.length === 0
      ? []
      : [
          {
            title: 'CSV',
            axis: 'lines a minute',
            left: transforming.flatMap(({ of, name }) => [
              csvIntakeMetrics(name)(csvMetrics.rows, 'Sum', { label: `${of}: rows` }),
              csvIntakeMetrics(name)(csvMetrics.quarantined, 'Sum', { label: `${of}: quarantined` }),
              csvIntakeMetrics(name)(csvMetrics.failed, 'Sum', { label: `${of}: records given back` }),
            ]),
          },
        ]),
  ];
}
