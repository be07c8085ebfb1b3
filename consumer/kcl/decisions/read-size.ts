/**
 * How much one GetRecords call may bring. The service is told a number of records and decides for itself how many bytes they are, up to
 * 10 MiB; so the size of the records to come is estimated from those that came.
 */

/** Memory that a record takes besides its data: the object, its strings, the view of its data. Measured: 350 to 450 bytes. */
export const recordOverheadBytes = 400;

/** What a batch weighs in memory, in bytes. */
export function memoryWeight(records: number, dataBytes: number): number {
  return dataBytes + records * recordOverheadBytes;
}

/** A second's worth of a shard: more in one reply only makes the wait after it longer. */
export const targetReplyBytes = 2 * 1024 * 1024;

/**
 * As long as no record has been seen: so few that they fit into `firstReplyBytes` unless they are larger than 100 KiB each, and so
 * little memory that the shards of a stream that is still empty are read side by side. The first reply tells the size for all of them.
 */
const firstLimit = 10;
const firstReplyBytes = 1024 * 1024;

/** Weight of the last estimate when records became smaller; to larger ones the estimate jumps. */
const memory = 0.8;

/** The expected size of a record's data, after a reply; undefined as long as none was seen. */
export function estimateRecordBytes(estimate: number | undefined, records: number, dataBytes: number): number | undefined {
  if (records === 0) {
    return estimate;
  }
  const mean = dataBytes / records;
  return estimate === undefined || mean >= estimate ? mean : memory * estimate + (1 - memory) * mean;
}

export interface ReadSize {
  /** Memory to ask for. */
  readonly wantedBytes: number;
  /** For a single record. */
  readonly leastBytes: number;
}

/** What to reserve before a call for at most `maxRecords`. */
export function readSize(estimate: number | undefined, maxRecords: number): ReadSize {
  if (estimate === undefined) {
    return { wantedBytes: firstReplyBytes, leastBytes: firstReplyBytes };
  }
  const wantedRecords = Math.max(1, Math.min(maxRecords, Math.floor(targetReplyBytes / Math.max(1, estimate))));
  const wantedBytes = Math.ceil(memoryWeight(wantedRecords, wantedRecords * estimate));
  return { wantedBytes, leastBytes: Math.ceil(memoryWeight(1, estimate)) };
}

/** How many records to ask for when so much memory was reserved. */
export function readLimit(estimate: number | undefined, maxRecords: number, reservedBytes: number): number {
  if (estimate === undefined) {
    return Math.min(maxRecords, firstLimit);
  }
  const byTarget = Math.floor(targetReplyBytes / Math.max(1, estimate));
  const byMemory = Math.floor(reservedBytes / memoryWeight(1, estimate));
  return Math.max(1, Math.min(maxRecords, byTarget, byMemory));
}
