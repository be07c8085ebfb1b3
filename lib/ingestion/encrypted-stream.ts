import { Duration } from 'aws-cdk-lib';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';
import { encryptionKey } from '../shared/encryption-key';
import { removalOfData } from '../shared/removal';

export interface EncryptedStreamProps {
  readonly config: PipelineConfig;
  /** What travels on the stream, for the key's description. */
  readonly description: string;
}

/**
 * A Kinesis data stream, encrypted at rest. It has no resource policy: its API answers TLS only, and who may call it is said by the roles.
 * Nor has it metrics per shard, which are billed: the consumer reports each shard's lag itself.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/infrastructure-security.html
 */
export class EncryptedStream extends Construct {
  readonly stream: Stream;
  /** Who reads needs kms:Decrypt on it, who writes kms:GenerateDataKey. Undefined for AWS's own key, which asks for neither. */
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { config, description }: EncryptedStreamProps) {
    super(scope, id);
    const { capacity, retentionHours } = config.ingestion;
    const removalPolicy = removalOfData(config);
    this.key = encryptionKey(this, 'Key', config, 'stream', description);
    this.stream = new Stream(this, 'Stream', {
      ...(capacity.mode === 'provisioned'
        ? { streamMode: StreamMode.PROVISIONED, shardCount: capacity.shards }
        : { streamMode: StreamMode.ON_DEMAND }),
      retentionPeriod: Duration.hours(retentionHours),
      ...(this.key === undefined
        ? { encryption: StreamEncryption.MANAGED }
        : { encryption: StreamEncryption.KMS, encryptionKey: this.key }),
      removalPolicy,
    });
  }
}
