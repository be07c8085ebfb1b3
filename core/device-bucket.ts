import { fnv1a } from './fnv1a';

/** The number of buckets that devices are spread over. */
export const deviceBuckets = 100;

/**
 * A stable bucket for a device, 0 ≤ bucket < 100: FNV-1a (32 bit) over the UTF-8 bytes with a final avalanche, modulo 100.
 * Computed once, here, because Trino and DuckDB share no hash function.
 */
export function deviceBucket(deviceId: string): number {
  let hash = fnv1a(deviceId);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % deviceBuckets;
}
