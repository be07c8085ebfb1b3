import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { useKey } from '../shared/encryption-key';

export interface AlertTopicProps {
  /** Who is written to. */
  readonly emails: readonly string[];
  /** Encrypts what waits to be delivered. Undefined for AWS's own key. */
  readonly key: IKey | undefined;
}

/**
 * The topic of alerts about devices: apart from the notifications about the pipeline, for they are other people's. Whoever subscribes reads
 * values of devices.
 */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { emails, key }: AlertTopicProps) {
    super(scope, id);
    this.key = key;
    this.topic = new Topic(this, 'Topic', {
      enforceSSL: true,
      // AWS's own key lets in whoever of this account may publish, and no service of AWS, of which none publishes here.
      masterKey: key ?? Alias.fromAliasName(this, 'AwsKey', 'alias/aws/sns'),
    });
    for (const email of emails) {
      this.topic.addSubscription(new EmailSubscription(email));
    }
  }

  /**
   * What sending takes.
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
   */
  permissions(): PolicyStatement[] {
    return [
      new PolicyStatement({ sid: 'SendAlerts', actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
      ...useKey('EncryptAlerts', this.key, 'kms:Decrypt', 'kms:GenerateDataKey'),
    ];
  }
}
