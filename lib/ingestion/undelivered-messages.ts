import { Annotations, Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';
import { removalOfData } from '../shared/removal';

export interface UndeliveredMessagesProps {
  readonly config: PipelineConfig;
  /** Encrypts them: that of the stream, where they were bound for. Undefined for AWS's own key of S3. */
  readonly key: IKey | undefined;
  /** Where the bucket logs its access. */
  readonly accessLogs: IBucket;
}

/**
 * Where messages go that the rule could not put on the stream: one JSON document each, with the reason and the original payload, until
 * somebody sends them again or they expire. A bucket of its own rather than a prefix of the lake, since the lake's key and readers
 * have no business with what was never validated.
 */
export class UndeliveredMessages extends Construct {
  readonly bucket: IBucket;
  /** What the keys of the objects start with. */
  readonly prefix = 'undelivered/';

  constructor(scope: Construct, id: string, { config, key, accessLogs }: UndeliveredMessagesProps) {
    super(scope, id);
    const kept = Duration.days(config.ingestion.undeliveredRetentionDays);
    const bucket = new Bucket(this, 'Bucket', {
      ...(key === undefined
        ? { encryption: BucketEncryption.KMS_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key }),
      // One call of KMS per bucket and hour, not per message. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'undelivered-messages/',
      lifecycleRules: [
        {
          id: 'undelivered-messages',
          expiration: kept,
          noncurrentVersionExpiration: kept,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy: removalOfData(config),
    });
    Annotations.of(bucket).acknowledgeWarning(
      '@aws-cdk/aws-s3:accessLogsPolicyNotAdded',
      'The bucket of the access logs lets every bucket of the account log: lib/foundation/access-logs.ts.',
    );
    // The library's classes declare `| undefined` where its interfaces, read with exactOptionalPropertyTypes, do not.
    this.bucket = bucket as IBucket;
  }

  /** ARN of every undelivered message. */
  get objectsArn(): string {
    return this.bucket.arnForObjects(`${this.prefix}*`);
  }
}
