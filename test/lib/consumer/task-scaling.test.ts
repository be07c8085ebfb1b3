import type { Stack } from 'aws-cdk-lib';
import { onlyOne } from '../build-fixture';
import { readable } from '../policy';
import { buildService } from './build-service';

interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

interface MetricOfAlarm {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Stat: string; readonly Period: number; readonly Metric: MetricName };
}

interface MetricName {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly Dimension[];
}

interface Policy {
  readonly PolicyType: string;
  readonly StepScalingPolicyConfiguration: {
    readonly AdjustmentType: string;
    readonly Cooldown: number;
    readonly MinAdjustmentMagnitude?: number;
    readonly StepAdjustments: readonly {
      readonly MetricIntervalLowerBound: number;
      readonly MetricIntervalUpperBound?: number;
      readonly ScalingAdjustment: number;
    }[];
  };
}

const policyOf = (stack: Stack, id: string): Policy =>
  onlyOne(stack, 'AWS::ApplicationAutoScaling::ScalingPolicy', id) as unknown as Policy;
const dimensionsOf = ({ Dimensions }: MetricName): Readonly<Record<string, string>> =>
  Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, readable(Value)]));

describe('a service that may have more tasks than it begins with', () => {
  const consumer = buildService({ tasks: 3, maxTasks: 8, scaleOutLagSeconds: 40, scaleOutCpuPercent: 70 });

  it('scales between the least and the most', () => {
    const target = onlyOne(consumer, 'AWS::ApplicationAutoScaling::ScalableTarget');
    expect(target).toMatchObject({
      MinCapacity: 3,
      MaxCapacity: 8,
      ScalableDimension: 'ecs:service:DesiredCount',
      ServiceNamespace: 'ecs',
    });
    expect(readable(target['ResourceId'])).toMatch(/^service\/\$\{ConsumerCluster\w+\}\/\$\{ConsumerService\w+\.Name\}$/);
    expect(readable(target['RoleARN'])).toMatch(/AWSServiceRoleForApplicationAutoScaling_ECSService$/);
  });

  it('keeps the count out of the template, so that a deployment leaves a busy service as it is', () => {
    expect(onlyOne(consumer, 'AWS::ECS::Service')).not.toHaveProperty('DesiredCount');
  });

  it('adds tasks when the shard that is furthest behind lags for two of three minutes', () => {
    const alarm = onlyOne(consumer, 'AWS::CloudWatch::Alarm', 'ConsumerScalingLag');
    expect(alarm).toMatchObject({
      Namespace: 'AWS/Kinesis',
      MetricName: 'GetRecords.IteratorAgeMilliseconds',
      Statistic: 'Maximum',
      Period: 60,
      Threshold: 40_000,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      AlarmActions: [{ Ref: expect.stringMatching(/^ConsumerScalingMoreTasks/) as string }],
    });
    expect(dimensionsOf(alarm as unknown as MetricName)).toEqual({ StreamName: 'telemetry' });
  });

  it('adds half as many again, and doubles them at four times the bound', () => {
    expect(policyOf(consumer, 'ConsumerScalingMoreTasks')).toMatchObject({
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'PercentChangeInCapacity',
        MinAdjustmentMagnitude: 1,
        Cooldown: 300,
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 120_000, ScalingAdjustment: 50 },
          { MetricIntervalLowerBound: 120_000, ScalingAdjustment: 100 },
        ],
      },
    });
  });

  it('adds tasks on CPU by target tracking, which takes none away', () => {
    expect(onlyOne(consumer, 'AWS::ApplicationAutoScaling::ScalingPolicy', 'ConsumerScalingTasksCpu')).toMatchObject({
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        TargetValue: 70,
        DisableScaleIn: true,
      },
    });
  });

  it('takes one task away when both are under half for a quarter of an hour, and no other before that has passed again', () => {
    const alarm = onlyOne(consumer, 'AWS::CloudWatch::Alarm', 'ConsumerScalingQuiet');
    expect(alarm).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 15,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: expect.stringMatching(/^ConsumerScalingFewerTasks/) as string }],
    });
    const { Metrics } = alarm as unknown as { Metrics: MetricOfAlarm[] };
    const [expression, lag, cpu] = ['expr_1', 'lag', 'cpu'].map((id) => Metrics.find(({ Id }) => Id === id));
    expect(expression?.Expression).toBe('IF(lag < 20000 AND cpu < 35, 1, 0)');
    expect(lag?.MetricStat).toMatchObject({ Stat: 'Maximum', Period: 60 });
    expect(lag?.MetricStat?.Metric.MetricName).toBe('GetRecords.IteratorAgeMilliseconds');
    expect(cpu?.MetricStat).toMatchObject({ Stat: 'Average', Period: 60 });
    expect(cpu?.MetricStat?.Metric).toMatchObject({ Namespace: 'AWS/ECS', MetricName: 'CPUUtilization' });
    expect(Object.keys(dimensionsOf(cpu?.MetricStat?.Metric ?? { Namespace: '', MetricName: '', Dimensions: [] }))).toEqual([
      'ClusterName',
      'ServiceName',
    ]);
    expect(policyOf(consumer, 'ConsumerScalingFewerTasks')).toMatchObject({
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        Cooldown: 900,
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: -1 }],
      },
    });
  });

  it('asks the registered consumer how far behind it is when it reads by enhanced fan-out', () => {
    const alarm = onlyOne(buildService({ reading: 'fan-out' }), 'AWS::CloudWatch::Alarm', 'ConsumerScalingLag');
    expect(alarm).toMatchObject({ MetricName: 'SubscribeToShardEvent.MillisBehindLatest', Statistic: 'Maximum' });
    expect(dimensionsOf(alarm as unknown as MetricName)).toEqual({ StreamName: 'telemetry', ConsumerName: 'app' });
  });
});
