import { createHash } from 'node:crypto';

/** Names a list of features: models of the same features, in the same order, have the same hash. SHA-256, hexadecimal. */
export function featuresHash(features: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(features)).digest('hex');
}
