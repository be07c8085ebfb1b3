/**
 * Order of checkpoints. A checkpoint is a sequence number or one of four words; SHARD_END is above every number, the words for a
 * start are below every number, equal numbers are ordered by the index inside their aggregate.
 *
 * Source: `ExtendedSequenceNumber` of the Kinesis Client Library.
 */

/** A checkpoint as it stands in a lease: a decimal sequence number or one of the words below. */
export interface Position {
  readonly sequenceNumber: string;
  /** Index of a user record inside a KPL aggregate; 0 for words and for records of their own. */
  readonly subSequenceNumber: number;
}

/** From the oldest record that the stream still holds. */
export const TRIM_HORIZON: Position = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
/** From whatever arrives after the first read. */
export const LATEST: Position = { sequenceNumber: 'LATEST', subSequenceNumber: 0 };
/** From the time that the application is configured with; the time itself is not part of the lease. */
export const AT_TIMESTAMP: Position = { sequenceNumber: 'AT_TIMESTAMP', subSequenceNumber: 0 };
/** Every record of the shard has been dealt with, and it gets no more. */
export const SHARD_END: Position = { sequenceNumber: 'SHARD_END', subSequenceNumber: 0 };

/** The library's own order among the words for a start; it only has to be fixed. */
const startWords: ReadonlyMap<string, number> = new Map([
  ['AT_TIMESTAMP', 0],
  ['TRIM_HORIZON', 1],
  ['LATEST', 2],
]);

export function isSequenceNumber(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

/** Whether the text can stand in a lease's checkpoint. */
export function isSequenceNumberOrWord(text: string): boolean {
  return isSequenceNumber(text) || startWords.has(text) || text === SHARD_END.sequenceNumber;
}

/** Whether nothing of the shard has been dealt with yet: the position is a word for a start. */
export function isStart(position: Position): boolean {
  return startWords.has(position.sequenceNumber);
}

export function isShardEnd(position: Position): boolean {
  return position.sequenceNumber === SHARD_END.sequenceNumber;
}

/** The position alone, so that nothing keeps the record's data in memory. */
export function positionOf({ sequenceNumber, subSequenceNumber }: Position): Position {
  return { sequenceNumber, subSequenceNumber };
}

/** Negative when `a` lies before `b`, positive when after, 0 when they are the same position. */
export function comparePositions(a: Position, b: Position): number {
  const bySequence = compareSequenceNumbers(a.sequenceNumber, b.sequenceNumber);
  return bySequence !== 0 ? bySequence : a.subSequenceNumber - b.subSequenceNumber;
}

function compareSequenceNumbers(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  const byKind = kind(a) - kind(b);
  if (byKind !== 0) {
    return byKind;
  }
  const start = startWords.get(a);
  if (start !== undefined) {
    return start - (startWords.get(b) ?? 0);
  }
  return compareDecimals(a, b);
}

/** 0 a word for a start, 1 a number, 2 SHARD_END. */
function kind(sequenceNumber: string): number {
  if (sequenceNumber === SHARD_END.sequenceNumber) {
    return 2;
  }
  return startWords.has(sequenceNumber) ? 0 : 1;
}

/** Decimals without leading zeros compare by length, then by text: no big integer is made in the usual case. */
function compareDecimals(a: string, b: string): number {
  if (a.startsWith('0') || b.startsWith('0')) {
    const [left, right] = [BigInt(a), BigInt(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (a.length !== b.length) {
    return a.length - b.length;
  }
  return a < b ? -1 : 1;
}
