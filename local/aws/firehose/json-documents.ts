/** A document in a record's bytes; `end` is exclusive. */
export interface FoundDocument<T> {
  readonly start: number;
  readonly end: number;
  /** What `parse` made of it; undefined when it is not valid. */
  readonly value: T | undefined;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const newline = 0x0a;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09;

/**
 * The JSON documents in a record, one after the other with or without white space between: `{"a":1}{"b":1}`. Together they hold
 * every byte that is not white space, valid or not, so nothing is lost:
 *
 * - an object or an array runs to its closing bracket, or to the end of the record when it has none
 * - anything else runs to the end of its line, or to the next object
 *
 * An object is first tried up to its first closing brace, which for flat ones is the last: finding that brace costs next to
 * nothing, while looking at each byte took as long as parsing. When the text up to there parses, it is the document.
 *
 * @param parse the value of the document between two offsets; undefined when it is not valid JSON
 * @see https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 */
export function* jsonDocuments<T>(
  bytes: Buffer,
  parse: (start: number, end: number) => T | undefined,
): Generator<FoundDocument<T>> {
  let start = 0;
  while (start < bytes.length) {
    const first = bytes[start] as number;
    if (isSpace(first)) {
      start += 1;
      continue;
    }
    const guess = first === openBrace ? bytes.indexOf(closeBrace, start) + 1 : 0;
    let end = guess;
    let value = guess === 0 ? undefined : parse(start, guess);
    if (value === undefined) {
      end = first === openBrace || first === openBracket ? endOfNested(bytes, start) : endOfOther(bytes, start);
      value = end === guess ? undefined : parse(start, end);
    }
    yield { start, end, value };
    start = end;
  }
}

function endOfNested(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) {
      at = endOfString(bytes, at);
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
    } else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) {
      return at + 1;
    }
  }
  return bytes.length;
}

/** The index of the closing quote. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      return at;
    }
    if (byte === backslash) {
      at += 1;
    }
  }
  return bytes.length;
}

function endOfOther(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== newline && bytes[at] !== openBrace) {
    at += 1;
  }
  return at;
}
