import { Duration } from 'aws-cdk-lib';
import { MathExpression, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { pipelineMetrics } from '../../../core/metrics';
import {
  consumerMetrics,
  deliveryMetrics,
  endpointBytes,
  fanOutMetrics,
  natMetrics,
  scannedBytes,
  serviceMetrics,
  streamMetrics,
  tableMetrics,
  taskMetrics,
  workflowMetrics,
} from '../metrics';
import type { Watched } from '../watched';
import type { Graph } from './graph';

const hourly = (label: string): Pick<MetricOptions, 'label' | 'period'> => ({ label, period: Duration.hours(1) });

/** What the bill is made of, by the hour. `npm run cost` puts prices to such figures. */
export function costGraphs(watched: Watched): readonly Graph[] {
  const { fanOutConsumerName, deliveries, deviceStateTableName, natGatewayIds } = watched;
  const consumer = consumerMetrics(watched);
  const table = tableMetrics(watched.leaseTableName);
  const service = serviceMetrics(watched);
  return [
    {
      title: 'Kinesis: volume',
      axis: 'bytes an hour',
      left: [
        streamMetrics(watched)('IncomingBytes', 'Sum', hourly('In')),
        ...(fanOutConsumerName === undefined
          ? []
          : [fanOutMetrics(watched, fanOutConsumerName)('SubscribeToShardEvent.Bytes', 'Sum', hourly('Out by fan-out'))]),
      ],
    },
    {
      title: 'Firehose: volume',
      axis: 'bytes an hour',
      left: [
        ...deliveries.map(({ of, name }) => deliveryMetrics(name)('IncomingBytes', 'Sum', hourly(`In: ${of}`))),
        ...(consumer === undefined
          ? []
          : [
              consumer(pipelineMetrics.firehoseBytes, 'Sum', hourly('Sent by the consumer')),
              consumer(pipelineMetrics.firehoseBilledBytes, 'Sum', hourly('Billed: in records of 5 KiB and more')),
            ]),
      ],
    },
    {
      title: 'Lease table: capacity',
      axis: 'units an hour',
      left: [
        table('ConsumedReadCapacityUnits', 'Sum', hourly('Read')),
        table('ConsumedWriteCapacityUnits', 'Sum', hourly('Write')),
      ],
    },
    ...(deviceStateTableName === undefined
      ? []
      : [
          {
            title: 'Device states: capacity',
            axis: 'units an hour',
            left: [
              tableMetrics(deviceStateTableName)('ConsumedReadCapacityUnits', 'Sum', hourly('Read')),
              tableMetrics(deviceStateTableName)('ConsumedWriteCapacityUnits', 'Sum', hourly('Write')),
            ],
            ...(consumer !== undefined && {
              right: [
                consumer(pipelineMetrics.deviceStatesWritten, 'Sum', hourly('Devices written')),
                consumer(pipelineMetrics.deviceStatesLoaded, 'Sum', hourly('Devices loaded')),
              ],
              rightAxis: 'devices an hour',
            }),
          },
        ]),
    {
      title: 'Network: endpoints and NAT',
      axis: 'bytes an hour',
      left: [
        endpointBytes(watched).with({ label: 'Interface endpoints of the VPC' }),
        ...natGatewayIds.flatMap((id, index) => [
          natMetrics(id)('BytesOutToDestination', 'Sum', hourly(`NAT ${index + 1}: out`)),
          natMetrics(id)('BytesInFromDestination', 'Sum', hourly(`NAT ${index + 1}: in`)),
        ]),
      ],
    },
    {
      title: 'Fargate: tasks',
      axis: 'tasks',
      left: [taskMetrics(watched)('RunningTaskCount', 'Average', hourly('Running'))],
      right: [
        service('CPUUtilization', 'Average', hourly('CPU, mean')),
        service('MemoryUtilization', 'Maximum', hourly('Memory, most')),
      ],
      rightAxis: '%',
    },
    {
      title: 'Athena: scanned',
      axis: 'bytes an hour',
      left: [scannedBytes(watched).with({ label: 'Scanned by queries' })],
    },
    {
      title: 'Training: time',
      axis: 'seconds an hour',
      left: [
        new MathExpression({
          expression: 'milliseconds / 1000',
          usingMetrics: { milliseconds: workflowMetrics(watched)('ExecutionTime', 'Sum', { period: Duration.hours(1) }) },
          ...hourly('Runs that ended, their waiting included'),
        }),
      ],
    },
  ];
}
