import { fnv1a } from '../../core/fnv1a';

/**
 * A hash of the rows of a training set, whatever their order and however they lie in files: two training sets with the same rows have
 * the same hash. Athena splits its result into files as it likes, and orders nothing among them.
 *
 * The hash of a row has 64 bits: two hashes of 32 after MurmurHash3, over the 64 bits of each of its values, label first, then the
 * features in their order. They begin with the split, so that the same row in another split is another row. What is missing, null or any
 * NaN, counts as one and the same NaN. The hash of the set is the sum of the hashes of its rows, modulo 2^64, beside their number.
 * It is good against accidents, not against someone who wants two sets to have one hash.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export class ContentHash {
  /** Halves of the sum, each from 0 to 2^32 - 1. */
  private low = 0;
  private high = 0;
  private rows = 0;

  /** Takes the hashes of some rows, once all columns are in them. */
  add(hashes: RowHashes): void {
    let { high, low } = this;
    for (let row = 0; row < hashes.rows; row += 1) {
      low += hashes.low(row);
      high += hashes.high(row);
      if (low >= half) {
        low -= half;
        high += 1;
      }
      high %= half;
    }
    Object.assign(this, { high, low });
    this.rows += hashes.rows;
  }

  /** 16 hexadecimal digits, a hyphen, and the number of rows. */
  get text(): string {
    const digits = [this.high, this.low].map((each) => each.toString(16).padStart(8, '0')).join('');
    return `${digits}-${this.rows}`;
  }
}

const half = 2 ** 32;

/** The upper half of the NaN that all others count as. */
const canonicalNan = 0x7ff80000;

/** The hashes of some rows of one split, made column by column: the label first, then the features in their order. */
export class RowHashes {
  private readonly one: Int32Array;
  private readonly other: Int32Array;
  private bytes = 0;

  constructor(
    split: string,
    readonly rows: number,
  ) {
    this.one = new Int32Array(rows).fill(fnv1a(split));
    this.other = new Int32Array(rows).fill(fnv1a(`other ${split}`));
  }

  /** Takes the next column: a value per row, NaN where it is missing. */
  add(column: Float64Array): void {
    const { one, other } = this;
    const words = new Uint32Array(column.buffer, column.byteOffset, 2 * column.length);
    for (let row = 0; row < one.length; row += 1) {
      const value = column[row] ?? Number.NaN;
      const isMissing = Number.isNaN(value);
      const low = isMissing ? 0 : (words[2 * row] ?? 0);
      const high = isMissing ? canonicalNan : (words[2 * row + 1] ?? 0);
      one[row] = mixOne(mixOne(one[row] ?? 0, low), high);
      other[row] = mixOther(mixOther(other[row] ?? 0, low), high);
    }
    this.bytes += 8;
  }

  /** The lower half of a row's hash, from 0 to 2^32 - 1. */
  low(row: number): number {
    return finish(this.one[row] ?? 0, this.bytes);
  }

  /** The upper half. */
  high(row: number): number {
    return finish(this.other[row] ?? 0, this.bytes);
  }
}

/** Takes the next 32 bits, as MurmurHash3_x86_32 does. */
function mixOne(hash: number, block: number): number {
  let scrambled = Math.imul(block, 0xcc9e2d51);
  scrambled = Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  const mixed = hash ^ scrambled;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** The same with constants of MurmurHash3_x86_128, so that rows which collide in one do not in the other. */
function mixOther(hash: number, block: number): number {
  let scrambled = Math.imul(block, 0x239b961b);
  scrambled = Math.imul((scrambled << 16) | (scrambled >>> 16), 0xab0e9789);
  const mixed = hash ^ scrambled;
  return (Math.imul((mixed << 19) | (mixed >>> 13), 5) + 0x561ccd1b) | 0;
}

function finish(state: number, bytes: number): number {
  let hash = state ^ bytes;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
