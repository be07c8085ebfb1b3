import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FoundedStackProps } from '../shared/pipeline-stack-props';
import { Lake } from './lake';
import { LakeGovernance } from './lake-governance';

/** Where everything comes to rest. Stateful, and apart from what writes it and reads it, so that those can be replaced. */
export class LakeStack extends Stack {
  readonly lake: Lake;

  constructor(scope: Construct, id: string, props: FoundedStackProps) {
    super(scope, id, props);
    this.lake = new Lake(this, 'Lake', { ...props, accessLogs: props.foundation.accessLogs });
    if (this.lake.isGoverned) {
      new LakeGovernance(this, 'Governance', { lake: this.lake, readers: props.config.lake.readers });
    }
    new CfnOutput(this, 'BucketName', { value: this.lake.bucket.bucketName, description: 'The bucket of the lake' });
    new CfnOutput(this, 'DatabaseName', {
      value: this.lake.database.databaseName,
      description: 'The Glue database of its tables',
    });
  }
}
