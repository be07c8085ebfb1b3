import { Rejection, show } from './rejection';

/** Latest instant that a four-digit year can express: 9999-12-31T23:59:59.999Z, in milliseconds since the epoch. */
const latestEventTime = 253_402_300_799_999;

const isoDateTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * When a message says it was measured, in milliseconds since the epoch. Accepts an integer of milliseconds since the epoch, or
 * an ISO 8601 date-time with seconds and with `Z` or an offset (`2026-11-20T08:15:30.250+01:00`); finer fractions than a
 * millisecond are cut off. Text of another shape, a fraction of a millisecond as a number, or a time without an offset is of the
 * wrong type; a date that does not exist, or one outside 1970 … 9999, is out of range.
 */
export function parseEventTime(value: unknown): number | Rejection {
  const parsed = typeof value === 'number' ? fromNumber(value) : typeof value === 'string' ? fromText(value) : wrongType(value);
  if (typeof parsed === 'number' && !(parsed >= 0 && parsed <= latestEventTime)) {
    return new Rejection('out_of_range', `event_time is ${show(value)}; the years 1970 to 9999 are allowed`, 'event_time');
  }
  return parsed;
}

function fromNumber(value: number): number | Rejection {
  return Number.isInteger(value) ? value : wrongType(value);
}

function fromText(text: string): number | Rejection {
  return fromUtc(text) ?? fromAnyText(text);
}

/** How nearly all devices write a time. */
const utcShape = 'YYYY-MM-DDThh:mm:ss.sssZ';

/** The time when the text is of the usual shape and, for the sake of simplicity, of a day that all months have. */
function fromUtc(text: string): number | undefined {
  if (text.length !== utcShape.length) {
    return undefined;
  }
  const century = twoDigits(text, 0);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const year = century * 100 + twoDigits(text, 2);
  const milliseconds = twoDigits(text, 20) * 10 + digit(text, 22);
  const isTime = century >= 10 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60;
  const isShaped =
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === '.' &&
    text[23] === 'Z';
  // What is no digit has made NaN of its number.
  return isTime && isShaped && !Number.isNaN(year) && !Number.isNaN(milliseconds)
    ? Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)
    : undefined;
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 0x30;
  return value >= 0 && value <= 9 ? value : NaN;
}

function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function fromAnyText(text: string): number | Rejection {
  const match = isoDateTime.exec(text);
  if (match === null) {
    return wrongType(text);
  }
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = Number(match[6]);
  const offsetHour = Number(match[9] ?? 0);
  const offsetMinute = Number(match[10] ?? 0);
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60 && second < 60;
  if (!exists || offsetHour > 23 || offsetMinute > 59) {
    return new Rejection('out_of_range', `event_time is ${show(text)}, a time that does not exist`, 'event_time');
  }
  const milliseconds = Number(`${match[7] ?? ''}000`.slice(0, 3));
  const offset = (offsetHour * 60 + offsetMinute) * 60_000 * (match[8] === '-' ? -1 : 1);
  // Date.UTC takes years below 100 for 19xx; they are out of range either way.
  return year < 1000 ? -1 : Date.UTC(year, month - 1, day, hour, minute, second, milliseconds) - offset;
}

function daysIn(year: number, month: number): number {
  if (month === 2) {
    return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function wrongType(value: unknown): Rejection {
  const expected = 'an ISO 8601 date-time with offset or Z, or an integer of milliseconds since the epoch, is expected';
  return new Rejection('wrong_type', `event_time is ${show(value)}; ${expected}`, 'event_time');
}
