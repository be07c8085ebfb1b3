import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { maxAvailabilityZones } from '../config/pipeline-config';
import type { Foundation } from '../shared/foundation';
import { sendsAlerts } from '../shared/sends-alerts';
import type { PipelineStackProps } from '../shared/pipeline-stack-props';
import { accessLogs } from './access-logs';
import { Network } from './network';
import { notifications } from './notifications';
import { operationsKey } from './operations-key';

/** What the other stacks stand on, and none of them owns: the network, the key of logs, the place for access logs, the notifications. */
export class FoundationStack extends Stack implements Foundation {
  readonly network: Network;
  /** Encrypts logs, notifications and dead letters. Undefined when AWS's own keys are to be used. */
  readonly operationsKey: IKey | undefined;
  /** Where buckets log their access. */
  readonly accessLogs: IBucket;
  /** Where alarms and the outcomes of training go. */
  readonly notifications: ITopic;

  /**
   * The first zones of whichever region the stack is deployed to. The library's own answer has two zones only for a stack that is
   * not bound to a region, and asks the account, which takes credentials, for one that is.
   */
  override get availabilityZones(): string[] {
    return Array.from({ length: maxAvailabilityZones }, (_, index) => Fn.select(index, Fn.getAzs()));
  }

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { config, domain, prefix } = props;
    this.operationsKey = operationsKey(this, 'OperationsKey', config, prefix);
    this.network = new Network(this, 'Network', {
      config,
      operationsKey: this.operationsKey,
      alerts: sendsAlerts(config, domain),
    });
    this.accessLogs = accessLogs(this, 'AccessLogs', config);
    this.notifications = notifications(this, 'Notifications', { config: config.monitoring, key: this.operationsKey });
    new CfnOutput(this, 'TopicArn', { value: this.notifications.topicArn, description: 'Where alarms and training report to' });
  }
}
