import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** What the foundation offers to the other stacks. */
export interface Foundation {
  /** Where tasks and training jobs run. */
  readonly network: { readonly vpc: IVpc; readonly subnets: SubnetSelection };
  /** Encrypts logs, notifications and dead letters. Undefined when AWS's own keys are used. */
  readonly operationsKey: IKey | undefined;
  /** Where buckets log their access. */
  readonly accessLogs: IBucket;
  /** Where alarms and the outcomes of training go. */
  readonly notifications: ITopic;
}
