import { hash } from 'node:crypto';
import { maxHashKey, type HashRange } from '../decisions/hash-range';

/**
 * A hash key as 32 hexadecimal digits, so that keys compare as texts do and the usual one, the MD5 of a partition key, is had without
 * a big integer.
 */
export type HexHashKey = string;

/** Where a partition key puts a record. @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */
export function hashKeyOf(partitionKey: string): HexHashKey {
  return hash('md5', partitionKey, 'hex');
}

/** A hash key given as a decimal; undefined when it is none from 0 to 2^128−1. */
export function parseHashKey(decimal: string): HexHashKey | undefined {
  if (!/^[0-9]{1,39}$/.test(decimal)) {
    return undefined;
  }
  const key = BigInt(decimal);
  return key > maxHashKey ? undefined : key.toString(16).padStart(32, '0');
}

export function toDecimal(key: HexHashKey): string {
  return BigInt(`0x${key}`).toString();
}

/** Both ends inclusive. */
export interface HexHashRange {
  readonly low: HexHashKey;
  readonly high: HexHashKey;
}

/** @throws RangeError when an end is not a hash key */
export function parseHashRange({ startingHashKey, endingHashKey }: HashRange): HexHashRange {
  const low = parseHashKey(startingHashKey);
  const high = parseHashKey(endingHashKey);
  if (low === undefined || high === undefined) {
    throw new RangeError(`${startingHashKey} … ${endingHashKey} is not a range of hash keys`);
  }
  return { low, high };
}

/** The range to hold user records against; undefined when every hash key lies within, or when the range is not known. */
export function limiting(range: HashRange | undefined): HexHashRange | undefined {
  const low = parseHashKey(range?.startingHashKey ?? '0');
  const high = parseHashKey(range?.endingHashKey ?? String(maxHashKey));
  return low === undefined || high === undefined || (low === lowest && high === highest) ? undefined : { low, high };
}

export function contains({ low, high }: HexHashRange, key: HexHashKey): boolean {
  return low <= key && key <= high;
}

const lowest = '0'.repeat(32);
const highest = 'f'.repeat(32);
