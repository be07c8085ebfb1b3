import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { consumerEnvironment as names, fanOutEnvironment } from '../../core/environment';
import { maxAvailabilityZones } from '../config/pipeline-config';
import type { LakeDelivery } from '../delivery/lake-delivery';
import type { EncryptedStream } from '../ingestion/encrypted-stream';
import type { PipelineStackProps } from '../shared/pipeline-stack-props';
import { consumerPermissions } from './consumer-permissions';
import { FanOutConsumer } from './fan-out-consumer';
import { LeaseTable } from './lease-table';
import { PrivateNetwork } from './private-network';
import { monitoringPort, StreamConsumer } from './stream-consumer';

export interface ConsumerStackProps extends PipelineStackProps {
  readonly source: EncryptedStream;
  /** By table of the domain. */
  readonly tableDeliveries: Readonly<Record<string, LakeDelivery>>;
  readonly quarantineDelivery: LakeDelivery;
  /** Docker context with `Dockerfile` and the bundle. */
  readonly imageDirectory: string;
}

/** What reads the stream and feeds the lake. Its only state is the lease table. */
export class ConsumerStack extends Stack {
  /**
   * The first zones of whichever region the stack is deployed to. The library's own answer has two zones only for a stack that is
   * not bound to a region, and asks the account, which takes credentials, for one that is.
   */
  override get availabilityZones(): string[] {
    return Array.from({ length: maxAvailabilityZones }, (_, index) => Fn.select(index, Fn.getAzs()));
  }

  constructor(scope: Construct, id: string, props: ConsumerStackProps) {
    super(scope, id, props);
    const { config, domain, prefix, source, tableDeliveries, quarantineDelivery, imageDirectory } = props;
    const leaseTable = new LeaseTable(this, 'Leases', { config }).table;
    const fanOut =
      config.consumer.reading === 'fan-out'
        ? new FanOutConsumer(this, 'FanOut', { stream: source.stream, consumerName: `${prefix}-consumer` })
        : undefined;
    const deliveryStreams = Object.entries(tableDeliveries).map(([table, delivery]) => [table, delivery.deliveryStreamName]);
    const consumer = new StreamConsumer(this, 'Consumer', {
      config,
      network: new PrivateNetwork(this, 'Network', { config: config.network }),
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
        [names.shutdownGraceMs]: String(config.consumer.shutdownGraceMs),
        [names.logLevel]: config.consumer.logLevel,
        [names.monitoringPort]: String(monitoringPort),
        [names.monitoringHost]: '0.0.0.0',
        [names.cloudWatchMetrics]: config.consumer.cloudWatchMetrics,
        ...(fanOut !== undefined && { [fanOutEnvironment.fanOutConsumerArn]: fanOut.consumerArn }),
      },
      permissions: [
        ...consumerPermissions({
          source,
          leaseTable,
          deliveryStreamArns: [...Object.values(tableDeliveries), quarantineDelivery].map(
            (delivery) => delivery.deliveryStreamArn,
          ),
        }),
        ...(fanOut?.permissions() ?? []),
      ],
    });
    new CfnOutput(this, 'LeaseTableName', {
      value: leaseTable.tableName,
      description: 'The leases: who reads which shard, how far',
    });
    new CfnOutput(this, 'ClusterName', { value: consumer.cluster.clusterName, description: 'The ECS cluster of the consumer' });
    new CfnOutput(this, 'ServiceName', { value: consumer.service.serviceName, description: 'The ECS service of the consumer' });
  }
}
