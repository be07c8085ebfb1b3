import type { ReasonCode } from './reason';

/** Why a record cannot be used. A value, not an exception: bad input is expected, and each one ends in quarantine. */
export class Rejection {
  constructor(
    readonly reason: ReasonCode,
    /** What is wrong, for a person; names what is allowed. */
    readonly message: string,
    /** The field at fault; undefined for the record as a whole. */
    readonly field?: string,
  ) {}
}

/** Longest piece of somebody else's text that a message repeats, in UTF-16 code units. */
const longestQuote = 80;

/** A value from a message as a short text for a person; never longer than about 80 characters, whatever was sent. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > longestQuote ? `${value.slice(0, longestQuote)}…` : value);
  }
  if (Array.isArray(value)) {
    return 'an array';
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** `text` shortened to what a message may repeat. */
export function clip(text: string, length = 300): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
