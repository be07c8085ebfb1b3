import type { PipelineConfig } from '../../../lib/config/pipeline-config';
import type { Watched } from '../../../lib/monitoring/watched';

/** A pipeline of which everything may be watched, and there is nothing else. */
export function watchedFixture(config: PipelineConfig): Watched {
  return {
    config,
    prefix: 'factory',
    streamName: 'stream',
    fanOutConsumerName: undefined,
    iotRuleName: 'rule',
    deliveries: [
      { of: 'readings', name: 'delivery', converts: true, transforms: true },
      { of: 'quarantine', name: 'quarantine', converts: false, transforms: false },
    ],
    clusterName: 'cluster',
    serviceName: 'service',
    leaseTableName: 'leases',
    alerts: true,
    deviceStateTableName: 'devices',
    workgroupName: 'workgroup',
    stateMachineArn: 'arn',
    deadLetterQueueName: 'queue',
    scoring: { stateMachineArn: 'scoring', deadLetterQueueName: 'scoring-queue' },
    endpoint: { endpointName: 'endpoint', stateMachineArn: 'deployment', deadLetterQueueName: 'deployment-queue' },
    vpcId: 'vpc',
    natGatewayIds: [],
  };
}
