/** A record as it was read from a shard. */
export interface KinesisRecord {
  readonly partitionKey: string;
  /** Unique within the shard and rising; a decimal number of up to 129 bits. */
  readonly sequenceNumber: string;
  /** Index of a user record inside a KPL aggregate; 0 for a record of its own. */
  readonly subSequenceNumber: number;
  readonly data: Uint8Array;
  /** When the stream received the record, in milliseconds since the epoch, by the stream's clock. */
  readonly arrivalTimeMs: number;
  /** Of a user record inside a KPL aggregate, when its producer gave one; a stream does not tell that of other records. */
  readonly explicitHashKey?: string | undefined;
}

/** How many bytes of data the records have together. */
export function dataBytes(records: readonly Pick<KinesisRecord, 'data'>[]): number {
  return records.reduce((sum, { data }) => sum + data.byteLength, 0);
}

/** What one read of a shard gave. */
export interface RecordBatch {
  /** In the order of the shard; may be empty. */
  readonly records: readonly KinesisRecord[];
  /** How far the read is behind the tip of the shard, in milliseconds; 0 at the tip. */
  readonly millisBehindLatest: number;
}
