import { maxFirehoseRecordBytes } from '../../core/firehose-record';

/** Firehose bills each record rounded up to this. https://aws.amazon.com/firehose/pricing/ */
const billingIncrementBytes = 5 * 1024;

const billed = (bytes: number): number => Math.ceil(bytes / billingIncrementBytes) * billingIncrementBytes;

/** Bytes that Firehose bills for rows that each are a record. */
export function billedUnpacked(rows: number, rowBytes: number): number {
  return rows * billed(rowBytes);
}

/**
 * Bytes that Firehose bills for rows that are packed as the consumer packs them: each flush of a shard makes records as large as
 * Firehose takes, and one with the rest.
 *
 * @param rowsPerFlush of one shard, on average; between two whole numbers the mean of both is taken
 */
export function billedPacked(rows: number, rowBytes: number, rowsPerFlush: number): number {
  if (rowsPerFlush <= 1) {
    return billedUnpacked(rows, rowBytes);
  }
  const least = Math.floor(rowsPerFlush);
  const share = rowsPerFlush - least;
  const perFlush = (1 - share) * ofFlush(least, rowBytes) + share * ofFlush(least + 1, rowBytes);
  return (rows / rowsPerFlush) * perFlush;
}

function ofFlush(rows: number, rowBytes: number): number {
  const perRecord = Math.max(1, Math.floor(maxFirehoseRecordBytes / rowBytes));
  return Math.floor(rows / perRecord) * billed(perRecord * rowBytes) + billed((rows % perRecord) * rowBytes);
}
