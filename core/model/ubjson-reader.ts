/**
 * Reads Universal Binary JSON, draft 12, as far as XGBoost writes it: big-endian; each value begins with a marker of its type, each
 * text and each member's name with its length. A list is of values up to `]`, of so many values (`[#`), or of so many numbers of one
 * type (`[$…#`). Objects of a given size, high-precision numbers and no-ops are refused: XGBoost neither writes nor reads them.
 *
 * @see https://ubjson.org/type-reference/ and src/common/json.cc (UBJReader) of github.com/dmlc/xgboost
 */
import type { DocumentValue } from './document';
import { ModelFormatError } from './model-format-error';
import { bytesOf, isNumberMarker, PackedNumbers, readNumber } from './packed-numbers';

/** Lists and objects inside of each other. A model has seven; the limit keeps a damaged file from exhausting the stack. */
const maxDepth = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value that the bytes hold; what follows it is ignored, as XGBoost does. @throws ModelFormatError */
export function readUbjson(bytes: Uint8Array): DocumentValue {
  return new UbjsonReader(bytes).value(0);
}

class UbjsonReader {
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(depth: number): DocumentValue {
    const marker = this.marker();
    switch (marker) {
      case '{':
        return this.object(this.deeper(depth));
      case '[':
        return this.list(this.deeper(depth));
      case 'S':
        return this.text();
      case 'Z':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      default:
        return this.number(marker);
    }
  }

  private object(depth: number): DocumentValue {
    // Without a prototype, so that a member called __proto__ is a member like any other.
    const members = Object.create(null) as Record<string, DocumentValue>;
    while (this.peek() !== '}') {
      const name = this.text();
      members[name] = this.value(depth);
    }
    this.at += 1;
    return members;
  }

  private list(depth: number): DocumentValue {
    if (this.peek() === '$') {
      this.at += 1;
      const type = this.marker();
      if (!isNumberMarker(type)) {
        this.fail(`lists of type ${show(type)} are not supported`);
      }
      if (this.marker() !== '#') {
        this.fail('a list of one type without its length');
      }
      const length = this.length();
      const size = length * bytesOf(type);
      const start = this.take(size);
      return new PackedNumbers(type, length, new DataView(this.bytes.buffer, this.bytes.byteOffset + start, size));
    }
    const items: DocumentValue[] = [];
    if (this.peek() === '#') {
      this.at += 1;
      // Not allocated beforehand: a damaged length runs into the end of the file first.
      for (let left = this.length(); left > 0; left -= 1) {
        items.push(this.value(depth));
      }
      return items;
    }
    while (this.peek() !== ']') {
      items.push(this.value(depth));
    }
    this.at += 1;
    return items;
  }

  private text(): string {
    const length = this.length();
    const start = this.take(length);
    try {
      return utf8.decode(this.bytes.subarray(start, start + length));
    } catch (error: unknown) {
      throw new ModelFormatError(`byte ${start}: a text that is not UTF-8`, { cause: error });
    }
  }

  private length(): number {
    const length = this.number(this.marker());
    return Number.isSafeInteger(length) && length >= 0 ? length : this.fail(`${length} is no length`);
  }

  private number(marker: string): number {
    if (!isNumberMarker(marker)) {
      this.fail(`${show(marker)} marks no value`);
    }
    return readNumber(marker, this.view, this.take(bytesOf(marker)));
  }

  private marker(): string {
    const marker = this.peek();
    this.at += 1;
    return marker;
  }

  private peek(): string {
    const byte = this.bytes[this.at];
    return byte === undefined ? this.fail('the file ends too early') : String.fromCharCode(byte);
  }

  /** Where the next bytes begin, which are passed. */
  private take(bytes: number): number {
    const start = this.at;
    if (bytes > this.bytes.length - start) {
      this.fail(`the file ends too early: ${bytes} bytes are needed here, ${this.bytes.length - start} are left`);
    }
    this.at += bytes;
    return start;
  }

  private deeper(depth: number): number {
    return depth < maxDepth ? depth + 1 : this.fail(`more than ${maxDepth} lists and objects inside of each other`);
  }

  private fail(what: string): never {
    throw new ModelFormatError(`byte ${this.at}: ${what}`);
  }
}

function show(marker: string): string {
  return /^[!-~]$/.test(marker) ? marker : `0x${marker.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
