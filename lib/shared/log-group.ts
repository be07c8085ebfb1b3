import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type LogGroupProps, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';

/**
 * A log group that keeps logs as long as the configuration says and goes with its stack.
 * @param key undefined for the key of CloudWatch Logs
 */
export function logGroup(
  scope: Construct,
  id: string,
  config: PipelineConfig,
  key: IKey | undefined,
  props: LogGroupProps = {},
): LogGroup {
  return new LogGroup(scope, id, {
    ...props,
    ...(key !== undefined && { encryptionKey: key }),
    retention: retentionDays(config.logRetentionDays),
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

function retentionDays(days: number): RetentionDays {
  const found = Object.values(RetentionDays).find((member) => String(member) === String(days));
  if (found === undefined || typeof found === 'string') {
    throw new RangeError(`CloudWatch Logs does not keep logs for ${days} days`);
  }
  return found;
}
