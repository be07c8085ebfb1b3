import { dayLiteral } from './literals';

/**
 * Longest that the oldest record of an object was there before the object's others, in milliseconds: Firehose buffers for at most 900
 * seconds, a function that transforms records for as long again; the rest is for clocks.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html
 */
export const objectSpanMs = 3_600_000;

/** Which days of a table's files rows can lie in; milliseconds since the epoch. */
export interface DaySpan {
  /** No row that is wanted arrived at the stream before this. */
  readonly arrivedFrom: number;
  /** All rows that are wanted were in the lake by then. @default - not known: all days up to the newest are read */
  readonly deliveredBefore?: number | undefined;
}

/**
 * The condition that keeps a statement to the days, folders of the lake, in which its rows can lie, so that Athena opens no other
 * file. The partition column `date` is text, `2026-11-20`, and compares as text.
 *
 * Firehose names an object's day after the arrival, at Firehose, of the oldest record in it. So a row may lie in an earlier day than
 * the one on which it arrived at the stream, by as much as an object spans; and in a later one, by as much as the consumer lags.
 *
 * @param table the name that the statement has for the table
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html#timestamp-namespace
 */
export function inDays(table: string, { arrivedFrom, deliveredBefore }: DaySpan): string {
  const from = `${table}."date" >= ${dayLiteral(arrivedFrom - objectSpanMs)}`;
  return deliveredBefore === undefined ? from : `${from} AND ${table}."date" <= ${dayLiteral(deliveredBefore)}`;
}
