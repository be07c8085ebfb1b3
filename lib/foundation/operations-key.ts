import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';
import { encryptionKey } from '../shared/encryption-key';

/**
 * The key of what is written in passing: logs, notifications, dead letters. CloudWatch Logs and alarms use it in their own name, so its
 * policy lets them, for this account's logs and alarms only. Whoever else uses it has a role with the right to.
 *
 * @returns undefined for AWS's own keys. An existing key's policy is its owner's business, and has to say the same.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export function operationsKey(scope: Construct, id: string, config: PipelineConfig, prefix: string): IKey | undefined {
  const key = encryptionKey(scope, id, config, 'operations', `Encrypts logs, notifications and dead letters of ${prefix}`);
  for (const statement of config.encryption.mode === 'own' ? usersOfTheKey(scope) : []) {
    key?.addToResourcePolicy(statement);
  }
  return key;
}

function usersOfTheKey(scope: Construct): readonly PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'EncryptLogs',
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
      actions: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: ['*'],
      conditions: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Stack.of(scope).formatArn({ service: 'logs', resource: '*' }) },
      },
    }),
    new PolicyStatement({
      sid: 'PublishAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  ];
}
