const dayMs = 86_400_000;
const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const threeDigits: readonly string[] = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

/** The text of each day written lately. Messages arrive today and were measured on few days. */
const days = new Map<number, string>();
const maxDays = 64;

/**
 * A time as `Date.prototype.toISOString` writes it, at a fraction of the cost: the calendar is asked once per day and no more.
 *
 * @param timeMs - milliseconds since the epoch, a whole number. @throws RangeError when it is no time that a Date can hold
 */
export function isoTime(timeMs: number): string {
  const day = Math.floor(timeMs / dayMs);
  const date = days.get(day) ?? dateOf(day, timeMs);
  const ms = timeMs - day * dayMs;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  return `${date}${clock}.${threeDigits[ms - seconds * 1000]}Z`;
}

function dateOf(day: number, timeMs: number): string {
  const date = new Date(timeMs).toISOString().slice(0, -'hh:mm:ss.sssZ'.length);
  if (days.size >= maxDays) {
    days.clear();
  }
  days.set(day, date);
  return date;
}
