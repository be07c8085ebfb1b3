import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { PipelineConfig } from '../config/pipeline-config';
import { removalOfData } from './removal';

/** What the pipeline encrypts apart: the stream's records; the lake and the models; logs, notifications and dead letters. */
export type KeyPurpose = 'stream' | 'lake' | 'operations';

/**
 * The key for a purpose: a new one, the one that the configuration names, or undefined for AWS's own.
 * @param description of a new key
 */
export function encryptionKey(
  scope: Construct,
  id: string,
  { encryption, ...config }: PipelineConfig,
  purpose: KeyPurpose,
  description: string,
): IKey | undefined {
  switch (encryption.mode) {
    case 'aws-managed':
      return undefined;
    case 'existing':
      return Key.fromKeyArn(scope, id, encryption[`${purpose}KeyArn`]);
    case 'own':
      return new Key(scope, id, {
        description,
        enableKeyRotation: true,
        rotationPeriod: Duration.days(encryption.rotationDays),
        // What is encrypted by the operations key may be lost with it; logs go with their stacks.
        removalPolicy: removalOfData({ encryption, ...config }),
      });
  }
}

/** The right to use a key; none is needed when there is none, since AWS's own keys are used by the services themselves. */
export function useKey(sid: string, key: IKey | undefined, ...actions: readonly string[]): PolicyStatement[] {
  return key === undefined ? [] : [new PolicyStatement({ sid, actions: [...actions], resources: [key.keyArn] })];
}
