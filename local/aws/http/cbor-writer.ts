import { Timestamp } from './timestamp';

/** Major types of CBOR, in the upper three bits of an item's first byte. */
const major = { unsigned: 0, negative: 1 << 5, bytes: 2 << 5, text: 3 << 5, array: 4 << 5, map: 5 << 5, tag: 6 << 5 } as const;

const [falseByte, trueByte, nullByte, doubleByte] = [0xf4, 0xf5, 0xf6, 0xfb];

/** The tag of a time. AWS's older CBOR puts milliseconds since the epoch behind it, where the standard has seconds. */
const epochTag = 1;

/** A head is at most this long: one byte and a length of eight. */
const headLength = 9;

/**
 * Writes CBOR item by item into one growing buffer. Every item has a definite length.
 * @see https://www.rfc-editor.org/rfc/rfc8949
 */
export class CborWriter {
  private bytes: Buffer;
  private length = 0;

  /** @param capacity bytes to begin with */
  constructor(capacity = 1024) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** The start of a map; `size` pairs must follow. */
  map(size: number): void {
    this.head(major.map, size);
  }

  /** The start of an array; `size` items must follow. */
  array(size: number): void {
    this.head(major.array, size);
  }

  text(text: string): void {
    // A UTF-16 unit is at most three bytes of UTF-8. The usual text is ASCII, whose length is known without counting.
    this.reserve(headLength + text.length * 3);
    const bytes = Buffer.byteLength(text);
    this.head(major.text, bytes);
    this.length += this.bytes.write(text, this.length, bytes === text.length ? 'latin1' : 'utf8');
  }

  /** A byte string whose bytes are given in base64. */
  base64(text: string): void {
    const bytes = Buffer.byteLength(text, 'base64');
    this.head(major.bytes, bytes);
    this.reserve(bytes);
    this.length += this.bytes.write(text, this.length, 'base64');
  }

  /** A time, in milliseconds since the epoch. */
  timestamp(ms: number): void {
    this.head(major.tag, epochTag);
    this.integer(Math.round(ms));
  }

  /** A value of the JSON form: null, booleans, numbers, texts, Timestamps, arrays and objects; undefined members are left out. */
  value(value: unknown): void {
    if (typeof value === 'string') {
      this.text(value);
    } else if (typeof value === 'number') {
      this.number(value);
    } else if (value === null || value === undefined) {
      this.byte(nullByte);
    } else if (typeof value === 'boolean') {
      this.byte(value ? trueByte : falseByte);
    } else if (value instanceof Timestamp) {
      this.timestamp(value.ms);
    } else if (Array.isArray(value)) {
      this.array(value.length);
      value.forEach((item) => this.value(item));
    } else if (typeof value === 'object') {
      const members = Object.entries(value).filter(([, member]) => member !== undefined);
      this.map(members.length);
      this.members(members);
    } else {
      throw new TypeError(`a ${typeof value} has no form in CBOR`);
    }
  }

  /** Pairs of a map whose start is written. */
  members(members: readonly (readonly [string, unknown])[]): void {
    for (const [name, member] of members) {
      this.text(name);
      this.value(member);
    }
  }

  /** What has been written. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.integer(value);
      return;
    }
    this.byte(doubleByte);
    this.reserve(8);
    this.length = this.bytes.writeDoubleBE(value, this.length);
  }

  private integer(value: number): void {
    this.head(value < 0 ? major.negative : major.unsigned, value < 0 ? -1 - value : value);
  }

  private head(type: number, argument: number): void {
    this.reserve(headLength);
    if (argument < 24) {
      this.byte(type | argument);
    } else if (argument < 0x100) {
      this.byte(type | 24);
      this.byte(argument);
    } else if (argument < 0x1_0000) {
      this.byte(type | 25);
      this.length = this.bytes.writeUInt16BE(argument, this.length);
    } else if (argument < 0x1_0000_0000) {
      this.byte(type | 26);
      this.length = this.bytes.writeUInt32BE(argument, this.length);
    } else {
      this.byte(type | 27);
      this.length = this.bytes.writeBigUInt64BE(BigInt(argument), this.length);
    }
  }

  private byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  private reserve(more: number): void {
    if (this.length + more > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + more));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
  }
}
