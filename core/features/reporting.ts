import { emptyWindow, insertReading, olderThanWindow, type ReadingWindow } from './reading-window';

/**
 * How regularly a device reports: its latest messages' event times and numbers. Plain data, updated in place.
 */
export type Reporting = ReadingWindow;

/** What the latest messages say about how a device reports. */
export interface ReportingStatistics {
  /** Since the device's message before, by event time, in milliseconds; null when none before is known. */
  readonly sinceLastMs: number | null;
  /** Numbers between the smallest and the largest of the latest messages that have not arrived. */
  readonly missing: number;
}

/** Looks at the latest `capacity` messages. @throws RangeError unless the capacity is a whole number of at least 1 */
export function emptyReporting(capacity: number): Reporting {
  return emptyWindow(capacity, 1);
}

/** Takes a message into account and says how the device reports as of that message. */
export function noteMessage(reporting: Reporting, eventTime: number, sequence: number): ReportingStatistics {
  const last = insertReading(reporting, eventTime, [sequence]);
  if (last === olderThanWindow) {
    return { sinceLastMs: null, missing: 0 };
  }
  const sequences = reporting.signals[0] as Float64Array;
  let smallest = sequence;
  let largest = sequence;
  for (let index = 0; index <= last; index += 1) {
    const each = sequences[index] as number;
    smallest = each < smallest ? each : smallest;
    largest = each > largest ? each : largest;
  }
  return {
    sinceLastMs: last === 0 ? null : eventTime - (reporting.times[last - 1] as number),
    // Never below 0, even if a message is counted twice.
    missing: Math.max(0, largest - smallest - last),
  };
}
