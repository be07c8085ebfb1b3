import { Duration, Stack } from 'aws-cdk-lib';
import {
  AdjustmentType,
  MetricAggregationType,
  PredefinedMetric,
  ScalableTarget,
  ServiceNamespace,
  StepScalingAction,
} from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ConsumerConfig } from '../config/pipeline-config';

export interface TaskScalingProps {
  readonly service: FargateService;
  readonly config: ConsumerConfig;
  /** How far behind the reading is, in milliseconds. */
  readonly lag: IMetric;
}

/** A task that is added starts, takes its share of the shards and works the backlog off before the next is added. */
const scaleOutCooldown = Duration.minutes(5);
/** How long all has to be quiet before a task is taken away, and again before the next one is. */
const quietMinutes = 15;
/** A lag of so many times the bound doubles the tasks; less adds half. */
const steepLag = 4;

/**
 * Scales the service between `tasks` and `maxTasks`.
 *
 * - Out on lag, by steps, since lag says that there are too few tasks and not by how many; and out on CPU, by target tracking, before lag
 *   builds up.
 * - In by a single policy: one task less when for a quarter of an hour the lag was under half its bound and CPU under half its target. Half,
 *   because the work of the one that goes falls to the others: of two tasks the one that stays then has at most the target. Target tracking
 *   must not scale in besides: on a lag that CPU is not the cause of, a throttled sink for instance, it would take away what the lag adds.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
 */
export class TaskScaling extends Construct {
  constructor(scope: Construct, id: string, { service, config, lag }: TaskScalingProps) {
    super(scope, id);
    const { tasks, maxTasks, scaleOutLagSeconds, scaleOutCpuPercent } = config;
    const target = new ScalableTarget(this, 'Tasks', {
      serviceNamespace: ServiceNamespace.ECS,
      resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
      scalableDimension: 'ecs:service:DesiredCount',
      minCapacity: tasks,
      maxCapacity: maxTasks,
      role: this.serviceLinkedRole(),
    });
    target.scaleToTrackMetric('Cpu', {
      predefinedMetric: PredefinedMetric.ECS_SERVICE_AVERAGE_CPU_UTILIZATION,
      targetValue: scaleOutCpuPercent,
      scaleOutCooldown,
      disableScaleIn: true,
    });

    const lagBoundMs = scaleOutLagSeconds * 1_000;
    const moreTasks = new StepScalingAction(this, 'MoreTasks', {
      scalingTarget: target,
      adjustmentType: AdjustmentType.PERCENT_CHANGE_IN_CAPACITY,
      minAdjustmentMagnitude: 1,
      metricAggregationType: MetricAggregationType.MAXIMUM,
      cooldown: scaleOutCooldown,
    });
    // Bounds are relative to the alarm's threshold.
    moreTasks.addAdjustment({ adjustment: 50, lowerBound: 0, upperBound: (steepLag - 1) * lagBoundMs });
    moreTasks.addAdjustment({ adjustment: 100, lowerBound: (steepLag - 1) * lagBoundMs });
    new Alarm(this, 'Lag', {
      alarmDescription: `Scaling, no fault: adds tasks of the consumer when records wait longer than ${scaleOutLagSeconds} seconds.`,
      metric: lag,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: lagBoundMs,
      // A deployment or a lost task holds a shard up for less.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new ApplicationScalingAction(moreTasks));

    const fewerTasks = new StepScalingAction(this, 'FewerTasks', {
      scalingTarget: target,
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      cooldown: Duration.minutes(quietMinutes),
    });
    fewerTasks.addAdjustment({ adjustment: -1, lowerBound: 0 });
    new Alarm(this, 'Quiet', {
      alarmDescription:
        'Scaling, no fault: takes a task of the consumer away when there is little to do. In alarm is its normal state.',
      metric: new MathExpression({
        expression: `IF(lag < ${lagBoundMs / 2} AND cpu < ${scaleOutCpuPercent / 2}, 1, 0)`,
        usingMetrics: { lag, cpu: service.metricCpuUtilization() },
        period: Duration.minutes(1),
        label: 'Whether there is little to do',
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: quietMinutes,
      // Not to know is no reason to take a task away.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new ApplicationScalingAction(fewerTasks));
  }

  /** The role that Application Auto Scaling makes for itself; any other that is given here is not used. */
  private serviceLinkedRole(): ReturnType<typeof Role.fromRoleArn> {
    const roleArn = Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role/aws-service-role/ecs.application-autoscaling.amazonaws.com',
      resourceName: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
    });
    return Role.fromRoleArn(this, 'ServiceLinkedRole', roleArn, { mutable: false });
  }
}
