import { insertReading, olderThanWindow } from './insert-reading';
import { emptyWindow, timeAt, type ReadingWindow } from './reading-window';
import { spanOf } from './span';
import { statisticsOf } from './window-statistics';

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
  return emptyWindow({ readings: capacity, signals: 1 });
}

/** Takes a message into account and says how the device reports as of that message. */
export function noteMessage(reporting: Reporting, eventTime: number, sequence: number): ReportingStatistics {
  const last = insertReading(reporting, eventTime, [sequence]);
  if (last === olderThanWindow) {
    return { sinceLastMs: null, missing: 0 };
  }
  return {
    sinceLastMs: last === 0 ? null : eventTime - timeAt(reporting, last - 1),
    // Never below 0, even if a message is counted twice.
    missing: Math.max(0, widthOf(reporting, sequence, last) - last),
  };
}

/** The largest number up to index `last` less the smallest. */
function widthOf(reporting: Reporting, sequence: number, last: number): number {
  if (reporting.running !== null) {
    const numbers = statisticsOf(reporting, 0, spanOf(reporting, last));
    return numbers === undefined ? 0 : numbers.maximum - numbers.minimum;
  }
  const { cells, stride, start } = reporting;
  let smallest = sequence;
  let largest = sequence;
  for (let at = stride + start, end = at + last; at <= end; at += 1) {
    const each = cells[at] as number;
    smallest = each < smallest ? each : smallest;
    largest = each > largest ? each : largest;
  }
  return largest - smallest;
}
