import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PipelineStackProps } from '../shared/pipeline-stack-props';
import { Lake } from './lake';

/** Where everything comes to rest. Stateful, and apart from what writes it and reads it, so that those can be replaced. */
export class LakeStack extends Stack {
  readonly lake: Lake;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    this.lake = new Lake(this, 'Lake', props);
    new CfnOutput(this, 'BucketName', { value: this.lake.bucket.bucketName, description: 'The bucket of the lake' });
    new CfnOutput(this, 'DatabaseName', {
      value: this.lake.database.databaseName,
      description: 'The Glue database of its tables',
    });
  }
}
