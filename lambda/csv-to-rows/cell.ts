import type { CellValue, ColumnType } from '../../core/column';
import { parseEventTime } from '../../core/event-time';
import { Rejection, show } from '../../core/rejection';
import type { CsvField } from './csv';

/** A number as JSON has it: no leading zeros, no plus, no thousands. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const integer = /^-?(?:0|[1-9]\d*)$/;
const notFinite = /^[+-]?(?:nan|inf(?:inity)?)$/i;

/**
 * The value of a field in a column, as strict as the consumer is with messages: nothing is rounded, trimmed or guessed. An empty
 * field without quotes is no value: null.
 */
export function readCell(name: string, type: ColumnType, { text, quoted }: CsvField): CellValue | Rejection {
  if (text === '' && !quoted) {
    return null;
  }
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : wrongType(name, text, 'true or false');
    case 'int':
      return readInteger(name, text, 2 ** 31 - 1, -(2 ** 31));
    case 'bigint':
      return readInteger(name, text, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER);
    case 'double':
      return readDouble(name, text);
    case 'timestamp':
      return readTime(name, text);
  }
}

function readInteger(name: string, text: string, maximum: number, minimum: number): number | Rejection {
  if (!integer.test(text)) {
    return wrongType(name, text, 'an integer');
  }
  const value = Number(text);
  return value >= minimum && value <= maximum
    ? value
    : new Rejection('out_of_range', `${name} is ${show(text)}; ${minimum} to ${maximum} is allowed`, name);
}

function readDouble(name: string, text: string): number | Rejection {
  if (notFinite.test(text)) {
    return new Rejection('not_finite', `${name} is ${show(text)}, which is no number`, name);
  }
  if (!jsonNumber.test(text)) {
    return wrongType(name, text, 'a number as JSON has it');
  }
  const value = Number(text);
  return Number.isFinite(value)
    ? value
    : new Rejection('not_finite', `${name} is ${show(text)}, which lies beyond the range of a double`, name);
}

/** A time as the consumer takes it for event_time; written as ISO 8601 in UTC. */
function readTime(name: string, text: string): string | Rejection {
  const parsed = parseEventTime(integer.test(text) ? Number(text) : text);
  return parsed instanceof Rejection
    ? new Rejection(parsed.reason, parsed.message.replace('event_time', name), name)
    : new Date(parsed).toISOString();
}

function wrongType(name: string, text: string, expected: string): Rejection {
  return new Rejection('wrong_type', `${name} is ${show(text)}; ${expected} is expected`, name);
}
