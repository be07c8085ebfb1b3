import { isUtf8 } from 'node:buffer';

/**
 * CSV as RFC 4180 has it: fields between commas, a field in double quotes may hold commas, line breaks and doubled quotes; lines end
 * in LF or CRLF. Works on bytes, since quotes, commas and line breaks are never part of another character in UTF-8: so a line that
 * is not UTF-8 is one bad line, and no more.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */

/** A field of a row. */
export interface CsvField {
  readonly text: string;
  /** Whether it stood in quotes: `""` is an empty text, nothing at all is no value. */
  readonly quoted: boolean;
}

/** A row, or the reason why there is none. */
export interface CsvRow {
  /** Undefined when the text from `start` on is not a row. */
  readonly fields: readonly CsvField[] | undefined;
  /** What is wrong with it, for a person; empty when nothing is. */
  readonly fault: string;
  readonly start: number;
  /** Where the row ends, without its line break; for one with a fault, where its first line does. */
  readonly end: number;
  /** Where the next row starts. */
  readonly next: number;
  /** Whether the row has line breaks in it. */
  readonly spansLines: boolean;
}

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The end of the line that starts at `start`: without its line break, and with it. */
export function lineAt(bytes: Buffer, start: number): { readonly end: number; readonly next: number } {
  const at = bytes.indexOf(lineFeed, start);
  if (at === -1) {
    return { end: bytes.length, next: bytes.length };
  }
  return { end: at > start && bytes[at - 1] === carriageReturn ? at - 1 : at, next: at + 1 };
}

/** Reads the row that starts at `start`. */
export function readRow(bytes: Buffer, start: number): CsvRow {
  const fields: CsvField[] = [];
  let at = start;
  for (;;) {
    const field = bytes[at] === quote ? quotedField(bytes, at) : plainField(bytes, at);
    if (typeof field === 'string') {
      return broken(bytes, start, field);
    }
    fields.push(field);
    at = field.end;
    if (bytes[at] !== comma) {
      break;
    }
    at += 1;
  }
  const { end, next } = lineAt(bytes, at);
  if (end !== at) {
    return broken(bytes, start, 'something follows the closing quote of a field');
  }
  if (!isUtf8(bytes.subarray(start, end))) {
    return broken(bytes, start, 'the bytes are not valid UTF-8');
  }
  return { fields, fault: '', start, end, next, spansLines: lineAt(bytes, start).end !== end };
}

interface FoundField extends CsvField {
  readonly end: number;
}

/** @returns what is wrong, when it is no field */
function plainField(bytes: Buffer, start: number): FoundField | string {
  let end = start;
  for (; end < bytes.length && bytes[end] !== comma && bytes[end] !== lineFeed; end += 1) {
    if (bytes[end] === quote) {
      return 'a field without quotes around it has a quote inside';
    }
  }
  if (bytes[end] === lineFeed && end > start && bytes[end - 1] === carriageReturn) {
    end -= 1;
  }
  return { text: bytes.toString('utf8', start, end), quoted: false, end };
}

/** @returns what is wrong, when it is no field */
function quotedField(bytes: Buffer, start: number): FoundField | string {
  for (let at = bytes.indexOf(quote, start + 1); at !== -1; at = bytes.indexOf(quote, at + 2)) {
    if (bytes[at + 1] !== quote) {
      return { text: bytes.toString('utf8', start + 1, at).replaceAll('""', '"'), quoted: true, end: at + 1 };
    }
  }
  return 'a quote is not closed';
}

/** What is wrong takes its first line only: a stray quote must not swallow the good lines below it. */
function broken(bytes: Buffer, start: number, fault: string): CsvRow {
  return { fields: undefined, fault, start, ...lineAt(bytes, start), spansLines: false };
}
