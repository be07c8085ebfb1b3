import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StreamConsumer, type Stream } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';

export interface FanOutConsumerProps {
  readonly stream: Stream;
  /** 1 to 128 letters, digits, `_ . -`; unique among the consumers of the stream. */
  readonly consumerName: string;
}

/**
 * The stream's registered consumer for enhanced fan-out. It costs while it exists, so it belongs to the stack that reads, is deleted
 * with it, and the tasks neither register nor delete one.
 */
export class FanOutConsumer extends Construct {
  /** Contains the time at which it was made: a consumer of the same name that is made later has another. */
  readonly consumerArn: string;
  readonly consumerName: string;

  constructor(scope: Construct, id: string, { stream, consumerName }: FanOutConsumerProps) {
    super(scope, id);
    this.consumerName = consumerName;
    this.consumerArn = new StreamConsumer(this, 'Consumer', { stream, streamConsumerName: consumerName }).streamConsumerArn;
  }

  /** What reading as this consumer takes, beside what polling takes. */
  permissions(): PolicyStatement[] {
    return [
      new PolicyStatement({ sid: 'SubscribeToShards', actions: ['kinesis:SubscribeToShard'], resources: [this.consumerArn] }),
    ];
  }
}
