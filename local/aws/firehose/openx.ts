import type { Column, ColumnType } from '../../../core/column';

/**
 * The OpenX JSON SerDe, as Firehose uses it: keys are matched without regard to case, unknown keys are dropped, missing ones are
 * null, and scalars are coerced to the column's type where they can be.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 * @see https://github.com/rcongiu/Hive-JSON-Serde
 */

/** A cell on its way into Parquet: `int` and `double` as number, `bigint` as bigint, `timestamp` as microseconds since the epoch. */
export type Cell = string | number | boolean | bigint | null;

/** A row cannot be converted; `code` is Firehose's. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';

  constructor(
    /** ParseError: not one JSON object. MalformedData: a value that does not fit its column. */
    readonly code: 'DataFormatConversion.ParseError' | 'DataFormatConversion.MalformedData',
    message: string,
  ) {
    super(message);
  }
}

const parseError = (message: string): ConversionError =>
  new ConversionError('DataFormatConversion.ParseError', `Encountered malformed JSON. ${message}`);

const malformed = (column: Column, value: unknown): ConversionError =>
  new ConversionError(
    'DataFormatConversion.MalformedData',
    `Data does not match the schema. ${column.name} is ${column.type}, not ${JSON.stringify(value).slice(0, 100)}`,
  );

/** Most spellings of keys that are remembered. */
const maxKnownKeys = 10_000;

/** Integers of this many digits may not survive a JavaScript number. */
const stringOrLongInteger = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

class UnsafeInteger extends Error {}

/** Turns JSON documents into rows of one table. */
export class RowReader {
  private readonly indexes: ReadonlyMap<string, number>;
  private readonly knownKeys = new Map<string, number>();

  /** @param jsonKeys the JSON key of a column, by column, where it is not the column's name */
  constructor(
    private readonly columns: readonly Column[],
    jsonKeys: Readonly<Record<string, string>> = {},
  ) {
    this.indexes = new Map(columns.map(({ name }, index) => [(jsonKeys[name] ?? name).toLowerCase(), index]));
  }

  /**
   * The cells of a document, in the order of the columns.
   *
   * @param parsed the document's value
   * @param document the document's text; asked for only when a number has more digits than a JavaScript number keeps
   * @throws ConversionError
   */
  read(parsed: unknown, document: () => string): Cell[] {
    try {
      return this.cells(asObject(parsed), false);
    } catch (error: unknown) {
      if (!(error instanceof UnsafeInteger)) {
        throw error;
      }
      // As text, long integers keep all their digits, and are coerced like any text.
      const quoted = document().replace(stringOrLongInteger, (token) => (token.startsWith('"') ? token : `"${token}"`));
      return this.cells(asObject(parseJson(quoted)), true);
    }
  }

  private cells(object: Readonly<Record<string, unknown>>, exact: boolean): Cell[] {
    const cells = new Array<Cell>(this.columns.length).fill(null);
    for (const key of Object.keys(object)) {
      const index = this.indexOf(key);
      if (index !== -1) {
        const column = this.columns[index] as Column;
        const value = object[key];
        if (
          !exact &&
          typeof value === 'number' &&
          Number.isInteger(value) &&
          !Number.isSafeInteger(value) &&
          column.type !== 'double'
        ) {
          throw new UnsafeInteger();
        }
        cells[index] = coerce(value, column);
      }
    }
    return cells;
  }

  private indexOf(key: string): number {
    let index = this.knownKeys.get(key);
    if (index === undefined) {
      index = this.indexes.get(key.toLowerCase()) ?? -1;
      if (this.knownKeys.size < maxKnownKeys) {
        this.knownKeys.set(key, index);
      }
    }
    return index;
  }
}

/** The value of a JSON document. @throws ConversionError */
export function parseJson(document: string): unknown {
  try {
    return JSON.parse(document) as unknown;
  } catch (error: unknown) {
    throw parseError(String(error));
  }
}

function asObject(parsed: unknown): Readonly<Record<string, unknown>> {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw parseError('A document must be a JSON object.');
  }
  return parsed as Readonly<Record<string, unknown>>;
}

const coercions: Readonly<Record<ColumnType, (value: unknown) => Cell | undefined>> = {
  string: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  boolean: (value) =>
    typeof value === 'string' ? value.toLowerCase() === 'true' : typeof value === 'boolean' ? value : undefined,
  int: (value) => {
    const integer = toInteger(value);
    return integer === undefined || BigInt.asIntN(32, integer) !== integer ? undefined : Number(integer);
  },
  bigint: (value) => {
    const integer = toInteger(value);
    return integer === undefined || BigInt.asIntN(64, integer) !== integer ? undefined : integer;
  },
  double: (value) => {
    if (typeof value === 'number') {
      return value;
    }
    const text = typeof value === 'string' ? value.trim() : '';
    return /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|Infinity|NaN)$/.test(text) ? Number(text) : undefined;
  },
  timestamp: (value) => toMicroseconds(value),
};

/** A value as the column holds it. @throws ConversionError when it does not fit */
export function coerce(value: unknown, column: Column): Cell {
  if (value === null || value === undefined) {
    return null;
  }
  const cell = coercions[column.type](value);
  if (cell === undefined) {
    throw malformed(column, value);
  }
  return cell;
}

function toInteger(value: unknown): bigint | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? BigInt(value) : undefined;
  }
  return typeof value === 'string' && /^\s*[+-]?\d{1,20}\s*$/.test(value) ? BigInt(value.trim().replace('+', '')) : undefined;
}

/** `yyyy-MM-ddTHH:mm:ss[.S]Z`, or `yyyy-[M]M-[d]d HH:mm:ss[.S]`, with up to nine digits of a second. */
const dateAndTime = /^(\d{4})-(?:(\d\d)-(\d\d)T(?=.*Z$)|(\d{1,2})-(\d{1,2}) (?!.*Z$))(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z?$/;

/** Below, a number counts seconds (up to the year 5138), from there on milliseconds. */
const firstMilliseconds = 100_000_000_000;

function toMicroseconds(value: unknown): bigint | undefined {
  if (typeof value === 'number') {
    const milliseconds = Math.abs(value) < firstMilliseconds ? value * 1000 : value;
    // Beyond a microsecond, a number of seconds holds rounding errors only.
    return Math.abs(milliseconds) <= 8.64e15 ? BigInt(Math.round(milliseconds * 1000)) : undefined;
  }
  if (typeof value !== 'string') {
    return undefined;
  }
  const match = dateAndTime.exec(value);
  if (match === null) {
    return /^-?\d+(\.\d+)?$/.test(value) ? toMicroseconds(Number(value)) : undefined;
  }
  const [, year, isoMonth, isoDay, month = isoMonth, day = isoDay, hour, minute, second, fraction = ''] = match;
  const monthIndex = Number(month) - 1;
  const midnight = Date.UTC(Number(year), monthIndex, Number(day));
  const isDate = new Date(midnight).getUTCMonth() === monthIndex && Number(day) >= 1;
  if (!isDate || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return undefined;
  }
  const seconds = midnight / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}
