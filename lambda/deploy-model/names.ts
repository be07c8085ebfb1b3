import { createHash } from 'node:crypto';
import type { ServingConfig } from './config';

/** A name has 63 characters: the pipeline's prefix has 36 at most, this takes 18 and the digits of the version. */
const hashLength = 6;

/**
 * The name of the model, and of the endpoint configuration, by which a version is served: `iot-to-model-dev-factory-v3-2048-5-1f0c9a`.
 * It says which version, how much memory and how many requests at a time; the hash stands for role and key. So what has that name is
 * what is wanted, and is never changed.
 */
export function servedName(
  version: number,
  { endpointName, memoryMiB, maxConcurrency, modelRoleArn, kmsKeyArn }: Omit<ServingConfig, 'tags'>,
): string {
  const rest = createHash('sha256')
    .update(JSON.stringify([modelRoleArn, kmsKeyArn ?? null]))
    .digest('hex')
    .slice(0, hashLength);
  return `${endpointName}-v${version}-${memoryMiB}-${maxConcurrency}-${rest}`;
}

/** The version that a name of `servedName` tells; undefined for any other name, those of a pipeline whose name is longer among them. */
export function versionServed(name: string, endpointName: string): number | undefined {
  const rest = name.startsWith(endpointName) ? name.slice(endpointName.length) : '';
  const version = /^-v(\d+)-\d+-\d+-[0-9a-f]{6}$/.exec(rest)?.[1];
  return version === undefined ? undefined : Number(version);
}
