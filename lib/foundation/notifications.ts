import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { MonitoringConfig } from '../config/pipeline-config';

export interface NotificationsProps {
  readonly config: MonitoringConfig;
  readonly key: IKey | undefined;
}

/**
 * The topic that alarms and the outcomes of training go to: an existing one, whose policy and key are its owner's business, or one of the
 * pipeline's own with its e-mail addresses. Without a key of the pipeline's own it has none: AWS's, `alias/aws/sns`, lets no alarm in.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function notifications(scope: Construct, id: string, { config, key }: NotificationsProps): ITopic {
  if (config.topicArn !== undefined) {
    return Topic.fromTopicArn(scope, id, config.topicArn);
  }
  const topic = new Topic(scope, id, { enforceSSL: true, ...(key !== undefined && { masterKey: key }) });
  // Training publishes by its own role. EventBridge is not let in: its requests carry no source account, so the statement would be for all.
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'PublishAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  for (const email of config.emails) {
    topic.addSubscription(new EmailSubscription(email));
  }
  return topic;
}
