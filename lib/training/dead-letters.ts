import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/**
 * Where starts end up that the schedule could not deliver: each message is the input with which a run would have started.
 * @param key undefined for SQS's own key
 */
export function deadLetters(scope: Construct, id: string, key: IKey | undefined): Queue {
  return new Queue(scope, id, {
    ...(key === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    enforceSSL: true,
    // The longest that SQS keeps a message: somebody is told at once, and has two weeks to start the runs by hand.
    retentionPeriod: Duration.days(14),
    // Nothing that a deployment could not make again.
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
