import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import {
  alertEnvironment,
  consumerEnvironment as names,
  deviceStateEnvironment,
  fanOutEnvironment,
} from '../../core/environment';
import type { LakeDelivery } from '../delivery/lake-delivery';
import type { EncryptedStream } from '../ingestion/encrypted-stream';
import { sendsAlerts } from '../shared/sends-alerts';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import { AlertTopic } from './alert-topic';
import { consumerPermissions } from './consumer-permissions';
import { DeviceStateTable } from './device-state-table';
import { FanOutConsumer } from './fan-out-consumer';
import { lag } from './lag';
import { LeaseTable } from './lease-table';
import { monitoringPort, StreamConsumer } from './stream-consumer';

export interface ConsumerStackProps extends FoundedStackProps {
  readonly source: EncryptedStream;
  /** By table of the domain. */
  readonly tableDeliveries: Readonly<Record<string, LakeDelivery>>;
  readonly quarantineDelivery: LakeDelivery;
  /** Docker context with `Dockerfile` and the bundle. */
  readonly imageDirectory: string;
}

/** What reads the stream and feeds the lake. Its state is the lease table, and the table of what is remembered of devices. */
export class ConsumerStack extends Stack {
  readonly consumer: StreamConsumer;
  readonly leaseTable: Table;
  /** Undefined for a domain whose state is not stored. */
  readonly deviceStateTable: Table | undefined;
  /** Undefined when shards are polled. */
  readonly fanOut: FanOutConsumer | undefined;
  /** Undefined when nobody is told of alerts. */
  readonly alerts: AlertTopic | undefined;

  constructor(scope: Construct, id: string, props: ConsumerStackProps) {
    super(scope, id, props);
    const { config, domain, foundation, prefix, source, tableDeliveries, quarantineDelivery, imageDirectory } = props;
    const leaseTable = new LeaseTable(this, 'Leases', { config }).table;
    const deviceStateTable =
      domain.stateCodec === undefined ? undefined : new DeviceStateTable(this, 'Devices', { config, key: source.key }).table;
    const fanOut =
      config.consumer.reading === 'fan-out'
        ? new FanOutConsumer(this, 'FanOut', { stream: source.stream, consumerName: `${prefix}-consumer` })
        : undefined;
    const { alertEmails, alertsPerMinute } = config.consumer;
    const alerts = sendsAlerts(config, domain)
      ? new AlertTopic(this, 'Alerts', { emails: alertEmails, key: foundation.operationsKey })
      : undefined;
    const deliveryStreams = Object.entries(tableDeliveries).map(([table, delivery]) => [table, delivery.deliveryStreamName]);
    const consumer = new StreamConsumer(this, 'Consumer', {
      config,
      foundation,
      imageDirectory,
      environment: {
        [names.domain]: domain.name,
        [names.streamName]: source.stream.streamName,
        [names.leaseTableName]: leaseTable.tableName,
        [names.deliveryStreams]: this.toJsonString(Object.fromEntries(deliveryStreams)),
        [names.quarantineStream]: quarantineDelivery.deliveryStreamName,
        [names.initialPosition]: config.consumer.initialPosition,
        [names.failoverTimeMs]: String(config.consumer.failoverTimeMs),
        [names.flushIntervalMs]: String(config.consumer.flushIntervalMs),
        [names.checkpointIntervalMs]: String(config.consumer.checkpointIntervalMs),
        [names.rememberedDevices]: String(config.consumer.rememberedDevices),
        [names.shutdownGraceMs]: String(config.consumer.shutdownGraceMs),
        [names.logLevel]: config.consumer.logLevel,
        [names.monitoringPort]: String(monitoringPort),
        [names.monitoringHost]: '0.0.0.0',
        [names.cloudWatchMetrics]: config.consumer.cloudWatchMetrics,
        ...(deviceStateTable !== undefined && { [deviceStateEnvironment.deviceStateTable]: deviceStateTable.tableName }),
        ...(fanOut !== undefined && { [fanOutEnvironment.fanOutConsumerArn]: fanOut.consumerArn }),
        ...(alerts !== undefined && {
          [alertEnvironment.alertTopicArn]: alerts.topic.topicArn,
          [alertEnvironment.alertsPerMinute]: String(alertsPerMinute),
        }),
      },
      permissions: [
        ...consumerPermissions({
          source,
          leaseTable,
          deviceStateTable,
          deliveryStreamArns: [...Object.values(tableDeliveries), quarantineDelivery].map(
            (delivery) => delivery.deliveryStreamArn,
          ),
        }),
        ...(fanOut?.permissions() ?? []),
        ...(alerts?.permissions() ?? []),
      ],
      lag: lag({ streamName: source.stream.streamName, fanOutConsumerName: fanOut?.consumerName }),
    });
    this.consumer = consumer;
    this.leaseTable = leaseTable;
    this.deviceStateTable = deviceStateTable;
    this.fanOut = fanOut;
    this.alerts = alerts;
    new CfnOutput(this, 'LeaseTableName', {
      value: leaseTable.tableName,
      description: 'The leases: who reads which shard, how far',
    });
    if (alerts !== undefined) {
      new CfnOutput(this, 'AlertTopicArn', { value: alerts.topic.topicArn, description: 'Where alerts about devices go to' });
    }
    if (deviceStateTable !== undefined) {
      new CfnOutput(this, 'DeviceStateTableName', {
        value: deviceStateTable.tableName,
        description: 'What is remembered of each device, and how it was last',
      });
    }
    new CfnOutput(this, 'ClusterName', { value: consumer.cluster.clusterName, description: 'The ECS cluster of the consumer' });
    new CfnOutput(this, 'ServiceName', { value: consumer.service.serviceName, description: 'The ECS service of the consumer' });
  }
}
