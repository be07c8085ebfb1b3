import { writeAscii } from './write-ascii';

const dayMs = 86_400_000;
const zero = 0x30;

/** Most bytes of a time's text: years beyond 9999 have a sign and six digits. */
export const maxIsoTimeBytes = '+275760-09-13T00:00:00.000Z'.length;

/** The text of each day written lately. Messages arrive today and were measured on few days. */
const days = new Map<number, string>();
const maxDays = 64;

/**
 * Writes a time at `at` as `Date.prototype.toISOString` does, at a fraction of the cost: the calendar is asked once per day and no
 * more.
 *
 * @param bytes - has room for `maxIsoTimeBytes`
 * @param timeMs - milliseconds since the epoch, a whole number
 * @returns the place after the time
 * @throws RangeError when it is no time that a Date can hold
 */
export function writeIsoTime(bytes: Uint8Array, at: number, timeMs: number): number {
  const day = Math.floor(timeMs / dayMs);
  const end = writeAscii(bytes, at, days.get(day) ?? dateOf(day, timeMs));
  const ms = timeMs - day * dayMs;
  const seconds = (ms / 1000) | 0;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  const fraction = ms - seconds * 1000;
  writeTwoDigits(bytes, end, hours);
  bytes[end + 2] = 0x3a;
  writeTwoDigits(bytes, end + 3, minutes - hours * 60);
  bytes[end + 5] = 0x3a;
  writeTwoDigits(bytes, end + 6, seconds - minutes * 60);
  bytes[end + 8] = 0x2e;
  const tens = (fraction / 10) | 0;
  writeTwoDigits(bytes, end + 9, tens);
  bytes[end + 11] = zero + fraction - tens * 10;
  bytes[end + 12] = 0x5a;
  return end + 13;
}

function writeTwoDigits(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = zero + tens;
  bytes[at + 1] = zero + value - tens * 10;
}

function dateOf(day: number, timeMs: number): string {
  const date = new Date(timeMs).toISOString().slice(0, -'hh:mm:ss.sssZ'.length);
  if (days.size >= maxDays) {
    days.clear();
  }
  days.set(day, date);
  return date;
}
