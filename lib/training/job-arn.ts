import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** ARN of every training job whose name starts with the prefix and a hyphen. */
export function trainingJobsArn(scope: Construct, prefix: string): string {
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'training-job', resourceName: `${prefix}-*` });
}

/** ARN of every tuning job whose name starts with the prefix and a hyphen. */
export function tuningJobsArn(scope: Construct, prefix: string): string {
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'hyper-parameter-tuning-job', resourceName: `${prefix}-*` });
}
