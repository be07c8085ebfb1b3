import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PipelineStackProps } from '../shared/pipeline-stack-props';
import { EncryptedStream } from './encrypted-stream';

/** Where records come in. Stateful: what is on the stream exists nowhere else. */
export class IngestionStack extends Stack {
  readonly source: EncryptedStream;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    this.source = new EncryptedStream(this, 'Source', {
      config: props.config,
      description: `Encrypts the records on the stream of ${props.prefix}`,
    });
    new CfnOutput(this, 'StreamName', { value: this.source.stream.streamName, description: 'Where devices put their records' });
    new CfnOutput(this, 'StreamKeyArn', {
      value: this.source.key.keyArn,
      description: 'Who puts records needs kms:GenerateDataKey on it',
    });
  }
}
