import { Stack } from 'aws-cdk-lib';
import { CfnNatGateway } from 'aws-cdk-lib/aws-ec2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ConsumerStack } from '../consumer/consumer-stack';
import type { DeliveryStack } from '../delivery/delivery-stack';
import type { IngestionStack } from '../ingestion/ingestion-stack';
import type { ScoringStack } from '../scoring/scoring-stack';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import type { TrainingStack } from '../training/training-stack';
import { alarmTable } from './alarms/alarm-table';
import { Alarms } from './alarms/alarms';
import { dashboard } from './dashboard/dashboard';
import type { Watched } from './watched';

export interface MonitoringStackProps extends FoundedStackProps {
  readonly ingestion: IngestionStack;
  readonly delivery: DeliveryStack;
  readonly consumer: ConsumerStack;
  readonly training: TrainingStack;
  readonly scoring: ScoringStack;
}

/** What a person looks at, and what wakes one. It watches the other stacks, and none of them knows of it. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    const { config, foundation, prefix } = props;
    const { alarms, pageTopicArn, runbookUrl } = config.monitoring;
    const watched = watch(props);
    const made = alarms
      ? new Alarms(this, 'Alarms', {
          definitions: alarmTable(watched),
          prefix,
          runbookUrl,
          notifications: foundation.notifications,
          pages: pageTopicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Pages', pageTopicArn),
        }).all
      : [];
    dashboard(this, 'Dashboard', watched, made);
  }
}

/** The names of what the other stacks have made. */
function watch({ config, foundation, prefix, ingestion, delivery, consumer, training, scoring }: MonitoringStackProps): Watched {
  const { vpc } = foundation.network;
  return {
    config,
    prefix,
    streamName: ingestion.source.stream.streamName,
    fanOutConsumerName: consumer.fanOut?.consumerName,
    iotRuleName: ingestion.iotCore?.rule.ruleName,
    deliveries: [
      ...Object.entries(delivery.tableDeliveries).map(([of, { deliveryStreamName: name }]) => ({
        of,
        name,
        converts: true,
        transforms: delivery.csvIntakes[of] !== undefined,
      })),
      { of: 'quarantine', name: delivery.quarantineDelivery.deliveryStreamName, converts: false, transforms: false },
    ],
    clusterName: consumer.consumer.cluster.clusterName,
    serviceName: consumer.consumer.service.serviceName,
    leaseTableName: consumer.leaseTable.tableName,
    alerts: consumer.alerts !== undefined,
    deviceStateTableName: consumer.deviceStateTable?.tableName,
    workgroupName: delivery.workgroup.name,
    stateMachineArn: training.workflow.stateMachineArn,
    deadLetterQueueName: training.deadLetters.queueName,
    scoring: { stateMachineArn: scoring.workflow.stateMachineArn, deadLetterQueueName: scoring.deadLetters.queueName },
    endpoint: scoring.endpoint && {
      endpointName: scoring.endpoint.endpointName,
      stateMachineArn: scoring.endpoint.workflow.stateMachineArn,
      deadLetterQueueName: scoring.endpoint.deadLetters.queueName,
    },
    vpcId: vpc.vpcId,
    natGatewayIds: vpc.node
      .findAll()
      .filter((construct) => construct instanceof CfnNatGateway)
      .map(({ attrNatGatewayId }) => attrNatGatewayId),
  };
}
