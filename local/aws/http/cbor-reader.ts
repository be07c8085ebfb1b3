/** How deep arrays and maps may lie in each other: deeper than any request of an API, shallow enough for any stack. */
const maxDepth = 64;

/** The additional information that says "as many items as come before a break". */
const indefinite = 31;
const breakByte = 0xff;
const epochTag = 1;

/**
 * Reads one CBOR document into the form that JSON would give it: byte strings become base64, times (tag 1, milliseconds since the
 * epoch) become seconds. Maps have text keys and no prototype.
 * @throws RangeError when the bytes are not exactly one such document
 * @see https://www.rfc-editor.org/rfc/rfc8949
 */
export function readCbor(bytes: Buffer): unknown {
  const reader = new CborReader(bytes);
  const value = reader.item(0);
  reader.expectEnd();
  return value;
}

class CborReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  expectEnd(): void {
    if (this.at !== this.bytes.length) {
      throw new RangeError(`${this.bytes.length - this.at} bytes follow the CBOR document`);
    }
  }

  item(depth: number): unknown {
    if (depth > maxDepth) {
      throw new RangeError(`CBOR nested more than ${maxDepth} deep`);
    }
    const first = this.byte();
    const info = first & 0x1f;
    switch (first >> 5) {
      case 0:
        return this.argument(info);
      case 1:
        return -1 - this.argument(info);
      case 2:
        return this.string(2, info).toString('base64');
      case 3:
        return this.string(3, info).toString('utf8');
      case 4: {
        const items: unknown[] = [];
        this.repeat(info, () => items.push(this.item(depth + 1)));
        return items;
      }
      case 5:
        return this.map(info, depth);
      case 6:
        return this.tagged(this.argument(info), depth);
      default:
        return this.simple(info);
    }
  }

  private map(info: number, depth: number): Readonly<Record<string, unknown>> {
    const map = Object.create(null) as Record<string, unknown>;
    this.repeat(info, () => {
      const first = this.byte();
      if (first >> 5 !== 3) {
        throw new RangeError('a key of a CBOR map is no text');
      }
      const key = this.string(3, first & 0x1f).toString('utf8');
      map[key] = this.item(depth + 1);
    });
    return map;
  }

  private tagged(tag: number, depth: number): unknown {
    const value = this.item(depth + 1);
    if (tag !== epochTag || typeof value !== 'number') {
      throw new RangeError(`CBOR tag ${tag} is not supported`);
    }
    return value / 1000;
  }

  private simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return halfFloat(this.take(2).readUInt16BE());
      case 26:
        return this.take(4).readFloatBE();
      case 27:
        return this.take(8).readDoubleBE();
      default:
        throw new RangeError(`CBOR simple value ${info} is not supported`);
    }
  }

  /** A byte or text string: in one piece, or in pieces of the same type before a break. */
  private string(type: number, info: number): Buffer {
    if (info !== indefinite) {
      return this.take(this.argument(info));
    }
    const pieces: Buffer[] = [];
    this.repeat(info, () => {
      const first = this.byte();
      if (first >> 5 !== type || (first & 0x1f) === indefinite) {
        throw new RangeError('a piece of a CBOR string is of another type');
      }
      pieces.push(this.take(this.argument(first & 0x1f)));
    });
    return Buffer.concat(pieces);
  }

  private repeat(info: number, read: () => void): void {
    if (info === indefinite) {
      while (this.bytes[this.at] !== breakByte) {
        read();
      }
      this.at += 1;
      return;
    }
    for (let left = this.argument(info); left > 0; left--) {
      read();
    }
  }

  private argument(info: number): number {
    if (info < 24) {
      return info;
    }
    switch (info) {
      case 24:
        return this.byte();
      case 25:
        return this.take(2).readUInt16BE();
      case 26:
        return this.take(4).readUInt32BE();
      case 27:
        return Number(this.take(8).readBigUInt64BE());
      default:
        throw new RangeError(`CBOR additional information ${info} is not supported`);
    }
  }

  private byte(): number {
    return this.take(1).readUInt8();
  }

  private take(length: number): Buffer {
    if (length > this.bytes.length - this.at) {
      throw new RangeError('the CBOR document is cut short');
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/** A number of 16 bits: sign, five bits of exponent, ten of fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
