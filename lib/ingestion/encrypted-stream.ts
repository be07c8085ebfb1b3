import { Duration } from 'aws-cdk-lib';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';
import { removalOfData } from '../shared/removal';

export interface EncryptedStreamProps {
  readonly config: PipelineConfig;
  /** What travels on the stream, for the key's description. */
  readonly description: string;
}

/** A Kinesis data stream under a customer-managed key that rotates every year. */
export class EncryptedStream extends Construct {
  readonly stream: Stream;
  /** Who reads needs kms:Decrypt on it, who writes kms:GenerateDataKey. */
  readonly key: Key;

  constructor(scope: Construct, id: string, { config, description }: EncryptedStreamProps) {
    super(scope, id);
    const { capacity, retentionHours } = config.ingestion;
    const removalPolicy = removalOfData(config);
    this.key = new Key(this, 'Key', { description, enableKeyRotation: true, removalPolicy });
    this.stream = new Stream(this, 'Stream', {
      ...(capacity.mode === 'provisioned'
        ? { streamMode: StreamMode.PROVISIONED, shardCount: capacity.shards }
        : { streamMode: StreamMode.ON_DEMAND }),
      retentionPeriod: Duration.hours(retentionHours),
      encryption: StreamEncryption.KMS,
      encryptionKey: this.key,
      removalPolicy,
    });
  }
}
