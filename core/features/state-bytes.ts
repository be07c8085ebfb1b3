/** What bytes hold that are not a state, or one that was cut short. */
export class StateBytesError extends Error {
  readonly code = 'STATE_BYTES';
}

/** By the number of decimals of a column that is written as whole numbers: what its values are multiplied by. */
const scales = [1, 10, 100, 1e3, 1e4, 1e5, 1e6] as const;
const raw = 7;
/** Set in the kind of a column that begins with a bit per value. */
const gaps = 0x80;
/** Whole numbers up to here, and their differences doubled, are exact. */
const largestWhole = 2 ** 50;

/**
 * Writes a state as bytes: whole numbers in as few bytes as they need (7 bits each, the lowest first), columns of numbers as
 * differences from each to the next when all of them have few decimals, as sensors' readings have, and in 8 bytes each otherwise.
 * Lossless to the last bit. NaN is a gap.
 */
export class StateWriter {
  private buffer = new Uint8Array(1024);
  private view = new DataView(this.buffer.buffer);
  private length = 0;

  /** @param value whole, from 0 to 2^53 - 1 */
  whole(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Any number, in 8 bytes. */
  number(value: number): void {
    this.room(8);
    this.view.setFloat64(this.length, value);
    this.length += 8;
  }

  /** `count` numbers from `from` on; the reader has to know how many. */
  column(cells: Float64Array, from: number, count: number): void {
    const end = from + count;
    const decimals = decimalsOf(cells, from, end);
    const isComplete = !hasGap(cells, from, end);
    this.room(1 + count * 10);
    this.byte((decimals ?? raw) | (isComplete ? 0 : gaps));
    if (!isComplete) {
      this.presence(cells, from, end);
    }
    const scale = scales[decimals ?? 0] as number;
    let before = 0;
    for (let at = from; at < end; at += 1) {
      const value = cells[at] as number;
      if (Number.isNaN(value)) {
        continue;
      }
      if (decimals === undefined) {
        this.number(value);
      } else {
        const scaled = Math.round(value * scale);
        const difference = scaled - before;
        this.whole(difference < 0 ? -2 * difference - 1 : 2 * difference);
        before = scaled;
      }
    }
  }

  /** Bytes as they are, behind their number. */
  bytes(part: Uint8Array): void {
    this.whole(part.length);
    this.room(part.length);
    this.buffer.set(part, this.length);
    this.length += part.length;
  }

  /** Everything written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** A bit per value: whether there is one. */
  private presence(cells: Float64Array, from: number, end: number): void {
    for (let at = from; at < end; at += 8) {
      let bits = 0;
      for (let bit = 0; bit < 8 && at + bit < end; bit += 1) {
        bits |= Number.isNaN(cells[at + bit]) ? 0 : 1 << bit;
      }
      this.byte(bits);
    }
  }

  private byte(value: number): void {
    this.room(1);
    this.buffer[this.length] = value;
    this.length += 1;
  }

  private room(bytes: number): void {
    if (this.length + bytes > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + bytes));
      larger.set(this.buffer);
      this.buffer = larger;
      this.view = new DataView(larger.buffer);
    }
  }
}

/** Reads what a `StateWriter` wrote. @throws StateBytesError when there is less of it, or something else */
export class StateReader {
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  whole(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return value;
      }
    }
    throw new StateBytesError('a whole number of more than 8 bytes');
  }

  number(): number {
    this.need(8);
    this.at += 8;
    return this.view.getFloat64(this.at - 8);
  }

  /** Reads `count` numbers to `from` and the places after it. */
  column(cells: Float64Array, from: number, count: number): void {
    const kind = this.byte();
    const decimals = kind & ~gaps;
    if (decimals > raw) {
      throw new StateBytesError(`a column of kind ${kind}`);
    }
    const presence = (kind & gaps) === 0 ? undefined : Array.from({ length: Math.ceil(count / 8) }, () => this.byte());
    let scaled = 0;
    for (let index = 0; index < count; index += 1) {
      if (presence !== undefined && ((presence[index >> 3] as number) & (1 << (index & 7))) === 0) {
        cells[from + index] = NaN;
      } else if (decimals === raw) {
        cells[from + index] = this.number();
      } else {
        const zigzag = this.whole();
        scaled += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
        cells[from + index] = scaled / (scales[decimals] as number);
      }
    }
  }

  /** The bytes that `bytes` wrote. A view. */
  bytes(): Uint8Array {
    const length = this.whole();
    this.need(length);
    this.at += length;
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at - length, length);
  }

  /** @throws StateBytesError unless everything has been read */
  end(): void {
    if (this.at !== this.view.byteLength) {
      throw new StateBytesError(`${this.view.byteLength - this.at} bytes after the end of the state`);
    }
  }

  private byte(): number {
    this.need(1);
    this.at += 1;
    return this.view.getUint8(this.at - 1);
  }

  private need(bytes: number): void {
    if (this.at + bytes > this.view.byteLength) {
      throw new StateBytesError(`the state ends after ${this.view.byteLength} bytes, in the middle of a value`);
    }
  }
}

/** The fewest decimals with which every value is told to the last bit; undefined when there are too many. */
function decimalsOf(cells: Float64Array, from: number, end: number): number | undefined {
  let decimals = 0;
  let at = from;
  // A value that needs more decimals sends the others round again: with them one may be too large, or another number.
  while (at < end) {
    const value = cells[at] as number;
    if (Number.isNaN(value) || isExact(value, scales[decimals] as number)) {
      at += 1;
    } else {
      decimals += 1;
      at = from;
      if (decimals === scales.length) {
        return undefined;
      }
    }
  }
  return decimals;
}

function isExact(value: number, scale: number): boolean {
  const scaled = Math.round(value * scale);
  // The whole number that stands for it has no sign when it is 0.
  return Math.abs(scaled) <= largestWhole && Object.is(scaled / scale, value) && !Object.is(value, -0);
}

function hasGap(cells: Float64Array, from: number, end: number): boolean {
  for (let at = from; at < end; at += 1) {
    if (Number.isNaN(cells[at])) {
      return true;
    }
  }
  return false;
}
