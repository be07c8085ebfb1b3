/** The little of protobuf's wire format that an aggregate needs. @see https://protobuf.dev/programming-guides/encoding/ */

export const wireType = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** A field's number and its wire type, as they stand before its value. */
export function tag(field: number, type: number): number {
  return (field << 3) | type;
}

/** The most bytes of a varint: 64 bits, seven in each byte. */
const maxVarintBytes = 10;

/**
 * Reads a part of a buffer and never past its end. What does not fit sets `failed` instead of throwing, and whatever is read then
 * means nothing; so a loop has to look at it only once per field.
 */
export class WireReader {
  failed = false;

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    /** Exclusive. */
    public end: number,
  ) {}

  get more(): boolean {
    return this.at < this.end && !this.failed;
  }

  /** A varint; above 2^53 only as good as a double. */
  varint(): number {
    const { bytes, end } = this;
    let value = 0;
    let scale = 1;
    const last = Math.min(end, this.at + maxVarintBytes);
    while (this.at < last) {
      const byte = bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return value;
      }
      scale *= 128;
    }
    this.failed = true;
    return 0;
  }

  /** The length of what follows; it is certain to lie before the end. */
  length(): number {
    const length = this.varint();
    if (length > this.end - this.at) {
      this.failed = true;
      return 0;
    }
    return length;
  }

  /** Passes over the value of a field that nobody asks for. Groups, which protobuf gave up long ago, count as broken. */
  skip(fieldTag: number): void {
    const type = fieldTag % 8;
    if (fieldTag < 8) {
      this.failed = true; // there is no field 0
    } else if (type === wireType.varint) {
      this.varint();
    } else if (type === wireType.lengthDelimited) {
      const length = this.length();
      this.at += length;
    } else if (type === wireType.fixed64 || type === wireType.fixed32) {
      this.at += type === wireType.fixed64 ? 8 : 4;
      this.failed ||= this.at > this.end;
    } else {
      this.failed = true;
    }
  }
}

/** How many bytes a varint takes. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) {
    bytes += 1;
  }
  return bytes;
}

/** Writes a varint and gives the place after it. */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let next = at;
  let rest = value;
  while (rest >= 128) {
    target[next] = (rest % 128) | 0x80;
    next += 1;
    rest = Math.floor(rest / 128);
  }
  target[next] = rest;
  return next + 1;
}
