import { App, Duration, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { MonitoringConfig } from '../../../lib/config/pipeline-config';
import { readConfiguration } from '../../../lib/config/read-configuration';
import { lasting } from '../../../lib/monitoring/alarms/alarm-definition';
import { alarmTable } from '../../../lib/monitoring/alarms/alarm-table';
import { Alarms } from '../../../lib/monitoring/alarms/alarms';
import { readable } from '../policy';
import { alarmsOf, metricsOfAlarm, periodsOf, type AlarmProperties } from './metrics-read';
import { watchedFixture } from './watched-fixture';

/** The alarms of a pipeline of which there is nothing else. */
function alarms(monitoring: Partial<MonitoringConfig>): Readonly<Record<string, AlarmProperties>> {
  const dev = readConfiguration({});
  const config = { ...dev, monitoring: { ...dev.monitoring, ...monitoring } };
  const stack = new Stack(new App({ analyticsReporting: false, treeMetadata: false }), 'Monitoring');
  const { pageTopicArn, runbookUrl } = config.monitoring;
  new Alarms(stack, 'Alarms', {
    definitions: alarmTable(watchedFixture(config)),
    prefix: 'factory',
    runbookUrl,
    notifications: new Topic(stack, 'Notifications'),
    pages: pageTopicArn === undefined ? undefined : Topic.fromTopicArn(stack, 'Pages', pageTopicArn),
  });
  return alarmsOf(stack, 'factory');
}

describe('the alarms', () => {
  it('takes the thresholds from the configuration', () => {
    const all = alarms({
      lagSeconds: 77,
      stalledShardSeconds: 1_200,
      quarantinePercent: 2.5,
      deliveryFreshnessSeconds: 444,
      silenceMinutes: 7,
      trainingAbsenceHours: 50,
    });
    expect(all['stream-lag']).toMatchObject({ Threshold: 77_000, ComparisonOperator: 'GreaterThanThreshold' });
    expect(all['consumer-lag']).toMatchObject({ Threshold: 77_000 });
    expect(all['shard-stalled']).toMatchObject({ Threshold: 60_000, Period: 60, EvaluationPeriods: 20, DatapointsToAlarm: 12 });
    expect(all['quarantine-rate']).toMatchObject({ Threshold: 2.5 });
    expect(all['delivery-late-readings']).toMatchObject({ Threshold: 444 });
    expect(all['silence']).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      Period: 60,
      EvaluationPeriods: 7,
      TreatMissingData: 'breaching',
    });
    expect(all['training-absent']).toMatchObject({ Period: 3_600, EvaluationPeriods: 50, TreatMissingData: 'breaching' });
    expect(all['tasks-missing']).toMatchObject({ Threshold: 2, TreatMissingData: 'breaching' });
    expect(all['near-retention']).toMatchObject({ Threshold: 12 * 3_600_000 });
  });

  it.each([
    ['least', { silenceMinutes: 5, stalledShardSeconds: 60, trainingAbsenceHours: 1 }],
    ['most', { silenceMinutes: 1_440, stalledShardSeconds: 86_400, trainingAbsenceHours: 168 }],
  ])('looks back no longer than CloudWatch lets it, with the %s that may be configured', (_bound, monitoring) => {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    for (const [name, alarm] of Object.entries(alarms(monitoring))) {
      for (const period of periodsOf(alarm)) {
        const most = period >= 3_600 ? 7 * 86_400 : 86_400;
        expect([name, period % 60, period * alarm.EvaluationPeriods <= most]).toEqual([name, 0, true]);
      }
      expect(alarm.DatapointsToAlarm).toBeLessThanOrEqual(alarm.EvaluationPeriods);
    }
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (TreatMissingData)
  it('fills in what DynamoDB leaves out, since its alarms pass over missing data whatever they are told to do', () => {
    const onTables = Object.entries(alarms({})).filter(([, alarm]) =>
      metricsOfAlarm(alarm).some(({ namespace }) => namespace === 'AWS/DynamoDB'),
    );
    expect(onTables.map(([name]) => name)).toEqual(['lease-table-throttled-read', 'lease-table-throttled-write']);
    for (const [name, { Metrics = [] }] of onTables) {
      expect([name, Metrics.map(({ Expression }) => Expression)]).toEqual([name, ['FILL(throttled, 0)', undefined]]);
    }
  });

  it('tells of pages, and of nothing else, a topic of their own when there is one', () => {
    const pageTopicArn = 'arn:aws:sns:eu-west-1:123456789012:wake-somebody';
    for (const alarm of Object.values(alarms({ pageTopicArn }))) {
      const isPage = alarm.AlarmDescription.startsWith('PAGE: ');
      expect([alarm.AlarmName, alarm.AlarmActions.map(readable).includes(pageTopicArn)]).toEqual([alarm.AlarmName, isPage]);
    }
  });

  it('say how bad it is, what is so, and where the runbook is', () => {
    const { silence } = alarms({ runbookUrl: 'https://git.example.com/runbook.md', silenceMinutes: 20 });
    expect(silence?.AlarmDescription).toBe(
      'PAGE: Not one record has come in for 20 minutes. https://git.example.com/runbook.md#silence',
    );
  });
});

describe('a time that a condition lasts', () => {
  it.each([
    [60, 60, 1],
    [90, 60, 2],
    [3_600, 60, 60],
    [3_660, 300, 13],
    [86_400, 3_600, 24],
  ])('of %d s is made of periods of %d s, %d of them', (seconds, period, evaluationPeriods) => {
    const holding = lasting(Duration.seconds(seconds));
    expect([holding.period.toSeconds(), holding.evaluationPeriods, holding.datapointsToAlarm]).toEqual([
      period,
      evaluationPeriods,
      evaluationPeriods,
    ]);
  });

  it('may be so in a part of it only, but never in none', () => {
    expect(lasting(Duration.minutes(10), 0.6).datapointsToAlarm).toBe(6);
    expect(lasting(Duration.minutes(1), 0.1).datapointsToAlarm).toBe(1);
  });
});
