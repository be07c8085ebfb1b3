import { writeAscii } from './write-ascii';
import { maxIsoTimeBytes, writeIsoTime } from './write-iso-time';
import { maxNumberBytes, writeNumber } from './write-number';

const initialBytes = 4096;
const quote = 0x22;
const backslash = 0x5c;
const encoder = new TextEncoder();

/**
 * JSON text under construction, as UTF-8 bytes. Rows are numbers and short texts: written byte by byte where they will stay, they
 * take a third of the time that it takes to put strings together and then encode them.
 */
export class JsonWriter {
  private bytes = new Uint8Array(initialBytes);
  private end = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.end;
  }

  /** Starts anew, in the same memory. */
  clear(): void {
    this.end = 0;
  }

  /** Takes back what was written from the place `length` on. */
  truncate(length: number): void {
    this.end = length;
  }

  /** What was written from `start` on. A view: valid until something else is written. */
  from(start: number): Uint8Array {
    return this.bytes.subarray(start, this.end);
  }

  /** Writes bytes as they are. */
  raw(piece: Uint8Array): void {
    const { length } = piece;
    const bytes = this.reserve(length);
    const at = this.end;
    for (let index = 0; index < length; index += 1) {
      bytes[at + index] = piece[index] as number;
    }
    this.end = at + length;
  }

  /** Writes ASCII characters as they are. */
  ascii(text: string): true {
    this.end = writeAscii(this.reserve(text.length), this.end, text);
    return true;
  }

  /** Writes a finite number, as `JSON.stringify` does. */
  number(value: number): true {
    this.end = writeNumber(this.reserve(maxNumberBytes), this.end, value);
    return true;
  }

  /** Writes a text in quotes, as `JSON.stringify` does. */
  text(value: string): true {
    const { length } = value;
    const bytes = this.reserve(length + 2);
    let at = this.end;
    bytes[at] = quote;
    at += 1;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === quote || code === backslash) {
        this.raw(encoder.encode(JSON.stringify(value)));
        return true;
      }
      bytes[at + index] = code;
    }
    bytes[at + length] = quote;
    this.end = at + length + 1;
    return true;
  }

  /** Writes a time in quotes, as `Date.prototype.toISOString` does. @throws RangeError when it is no time that a Date can hold */
  time(timeMs: number): void {
    const bytes = this.reserve(maxIsoTimeBytes + 2);
    bytes[this.end] = quote;
    const end = writeIsoTime(bytes, this.end + 1, timeMs);
    bytes[end] = quote;
    this.end = end + 1;
  }

  /** The bytes, with room for `more`. */
  private reserve(more: number): Uint8Array {
    const needed = this.end + more;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.end));
      this.bytes = grown;
    }
    return this.bytes;
  }
}
