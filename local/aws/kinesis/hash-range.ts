import { createHash } from 'node:crypto';

/** The largest hash key: keys are 128-bit numbers. */
export const maxHashKey = (1n << 128n) - 1n;

/** A range of hash keys, both ends included. */
export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * The hash key of a partition key: the MD5 digest of its UTF-8 bytes as an unsigned 128-bit number.
 * @see https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
 */
export function hashKeyOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`);
}

/** `count` ranges of equal size, the last one taking the rest, as a new stream divides the hash keys among its shards. */
export function uniformRanges(count: number): readonly HashRange[] {
  const size = (maxHashKey + 1n) / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: size * BigInt(index),
    end: index === count - 1 ? maxHashKey : size * BigInt(index + 1) - 1n,
  }));
}

/** Whether the range contains the hash key. */
export function contains(range: HashRange, hashKey: bigint): boolean {
  return range.start <= hashKey && hashKey <= range.end;
}

/** Whether two ranges lie beside each other without a gap, in either order. */
export function areAdjacent(one: HashRange, other: HashRange): boolean {
  return one.end + 1n === other.start || other.end + 1n === one.start;
}

/** The range in the form of the API. */
export function describeRange(range: HashRange): { readonly StartingHashKey: string; readonly EndingHashKey: string } {
  return { StartingHashKey: range.start.toString(), EndingHashKey: range.end.toString() };
}

/**
 * A map from hash keys to whatever owns them: ranges that together cover every key exactly once. Finds by bisection.
 * @throws RangeError when the ranges leave a gap or overlap
 */
export class RangeMap<Owner> {
  private readonly starts: readonly bigint[];
  private readonly owners: readonly Owner[];

  constructor(entries: readonly { readonly range: HashRange; readonly owner: Owner }[]) {
    const sorted = [...entries].sort((one, other) => (one.range.start < other.range.start ? -1 : 1));
    let next = 0n;
    for (const { range } of sorted) {
      if (range.start !== next) {
        throw new RangeError(`hash key ranges do not cover each key once: expected ${next}, found ${range.start}`);
      }
      next = range.end + 1n;
    }
    if (next !== maxHashKey + 1n) {
      throw new RangeError(`hash key ranges end at ${next - 1n}`);
    }
    this.starts = sorted.map(({ range }) => range.start);
    this.owners = sorted.map(({ owner }) => owner);
  }

  /** The owner of a hash key between 0 and 2^128 - 1. */
  ownerOf(hashKey: bigint): Owner {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.starts[middle] as bigint) <= hashKey) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return this.owners[low] as Owner;
  }
}

/** A hash key as a request gives it; undefined when it is not a decimal number of 128 bits. */
export function parseHashKey(text: string): bigint | undefined {
  const value = /^(0|[1-9]\d{0,38})$/.test(text) ? BigInt(text) : undefined;
  return value === undefined || value > maxHashKey ? undefined : value;
}
