import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { csvMetrics } from '../../../core/metrics';
import { csvIntakeMetrics, deliveryMetrics } from '../metrics';
import type { Watched, WatchedDelivery } from '../watched';
import { aQuarter, atOnce, lasting, type AlarmDefinition } from './alarm-definition';

/** Do rows reach the lake? */
export function deliveryAlarms(
  { config }: Watched,
  { of, name, converts, transforms }: WatchedDelivery,
): readonly AlarmDefinition[] {
  const { deliveryFreshnessSeconds } = config.monitoring;
  const delivery = deliveryMetrics(name);
  const failing = { severity: 'ticket', missing: 'notBreaching' } as const;
  return [
    {
      kind: 'delivery-late',
      of,
      severity: 'page',
      says: `What is bound for ${of} waits longer than ${deliveryFreshnessSeconds} seconds in Firehose, which keeps it for 24 hours.`,
      metric: delivery('DeliveryToS3.DataFreshness', 'Maximum'),
      when: { above: deliveryFreshnessSeconds },
      holding: lasting(Duration.minutes(5)),
      missing: 'notBreaching',
    },
    {
      ...failing,
      kind: 'delivery-throttled',
      of,
      says: `Firehose takes less for ${of} than it is sent.`,
      metric: delivery('ThrottledRecords', 'Sum'),
      when: { above: 0 },
      holding: aQuarter,
    },
    ...(converts
      ? [
          {
            ...failing,
            kind: 'conversion-failing',
            of,
            says: `Rows of ${of} do not fit the columns of their table. They lie under the errors of the lake.`,
            metric: delivery('FailedConversion.Records', 'Sum'),
            when: { above: 0 },
            holding: atOnce,
            event: true,
          },
        ]
      : []),
    ...(transforms ? ofCsv(config.monitoring.quarantinePercent, of, name) : []),
  ];
}

/** Do CSV lines become rows? */
function ofCsv(quarantinePercent: number, of: string, name: string): readonly AlarmDefinition[] {
  const csv = (metric: string) => csvIntakeMetrics(name)(metric, 'Sum', { period: Duration.minutes(5) });
  const failing = { severity: 'ticket', missing: 'notBreaching' } as const;
  return [
    {
      ...failing,
      kind: 'transformation-failing',
      of,
      says: `The function that makes rows of ${of} out of CSV fails.`,
      metric: deliveryMetrics(name)('ExecuteProcessing.Success', 'Average'),
      when: { below: 1 },
      holding: aQuarter,
    },
    {
      ...failing,
      kind: 'transformation-failing',
      of: `${of}-records`,
      says: `Records of CSV for ${of} are given back to Firehose, which keeps them under the errors of the lake.`,
      metric: csv(csvMetrics.failed),
      when: { above: 0 },
      holding: atOnce,
      event: true,
    },
    {
      ...failing,
      kind: 'quarantine-rate',
      of: `${of}-csv`,
      says: `More than ${quarantinePercent} % of the CSV lines for ${of} go to quarantine.`,
      metric: new MathExpression({
        expression: '100 * quarantined / (rows + quarantined)',
        usingMetrics: { rows: csv(csvMetrics.rows), quarantined: csv(csvMetrics.quarantined) },
        period: Duration.minutes(5),
        label: 'CSV lines in quarantine, %',
      }),
      when: { above: quarantinePercent },
      holding: aQuarter,
    },
  ];
}
