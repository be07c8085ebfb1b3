/**
 * Sequence numbers: decimal numbers of 56 digits that rise within a shard, and from a shard to its children, because the
 * shard's generation stands before the record's index.
 *
 *     bits 184-187  2, so that every number has 56 digits
 *     bits 148-183  generation of the shard: seconds since the epoch at which it was created, raised above its parents'
 *     bits  80-143  index of the record in its shard, from 1; 0 is the shard's start, the largest its end
 *     bits  36-67   number of the shard
 *     bits   0-3    version, 2
 *
 * Readers must treat them as opaque; only the service takes them apart again.
 */
const leading = 2n << 184n;
const version = 2n;
const generationShift = 148n;
const indexShift = 80n;
const shardShift = 36n;
const generationMask = (1n << 36n) - 1n;
const indexMask = (1n << 64n) - 1n;
const shardMask = (1n << 32n) - 1n;

/** The index that ends a closed shard: larger than that of any record. */
const endIndex = (1n << 63n) - 1n;

/** What the sequence numbers of one shard have in common. */
export interface ShardStamp {
  /** Seconds since the epoch, larger than that of either parent. */
  readonly generation: number;
  /** The number in the shard's id. */
  readonly shard: number;
}

/** Makes, and takes apart, the sequence numbers of one shard. */
export class SequenceNumbers {
  private readonly base: bigint;
  /** Where the shard starts: below every record's number. */
  readonly starting: string;
  /** Where the shard ends, once closed: above every record's number. */
  readonly ending: string;

  constructor(stamp: ShardStamp) {
    this.base =
      leading | (BigInt(stamp.generation) << generationShift) | ((BigInt(stamp.shard) & shardMask) << shardShift) | version;
    this.starting = this.base.toString();
    this.ending = (this.base + (endIndex << indexShift)).toString();
  }

  /** The sequence number of the record at `index`, counted from 1. */
  at(index: number): string {
    return (this.base + (BigInt(index) << indexShift)).toString();
  }

  /**
   * The index that a sequence number of this shard stands for: 0 for its start, Infinity for its end; undefined when the number
   * is not one of this shard's.
   */
  indexOf(sequenceNumber: string): number | undefined {
    if (!/^[1-9]\d{0,127}$/.test(sequenceNumber)) {
      return undefined;
    }
    const value = BigInt(sequenceNumber);
    const index = (value >> indexShift) & indexMask;
    if (value - (index << indexShift) !== this.base) {
      return undefined;
    }
    return index === endIndex ? Number.POSITIVE_INFINITY : Number(index);
  }
}

/** The generation of a shard created at `nowMs`, above those of its parents. */
export function nextGeneration(nowMs: number, parents: readonly ShardStamp[]): number {
  const generation = Math.max(Math.floor(nowMs / 1000), ...parents.map((parent) => parent.generation + 1));
  if (generation < 0 || BigInt(generation) > generationMask) {
    throw new RangeError(`no shard can be created at ${nowMs} ms since the epoch`);
  }
  return generation;
}
