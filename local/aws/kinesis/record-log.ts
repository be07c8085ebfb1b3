/** A record as a shard holds it. */
export interface StoredRecord {
  readonly sequenceNumber: string;
  /** When the shard took it in, in milliseconds since the epoch. */
  readonly arrivalMs: number;
  readonly partitionKey: string;
  /** The bytes in base64, as they came: they are never decoded here. */
  readonly data: string;
  /** Size of data and partition key in bytes, which is what limits count. */
  readonly bytes: number;
}

/** Trimmed records are cut off in portions at least this large, so that trimming costs nothing per record. */
const cutSize = 1024;

/** The records of one shard, by index counted from 1; the oldest are trimmed when their retention has passed. */
export class RecordLog {
  private records: StoredRecord[] = [];
  /** How many of `records` are trimmed but not yet cut off. */
  private trimmed = 0;
  private indexOfFirstSlot = 1;
  private newestArrivalMs = Number.NEGATIVE_INFINITY;

  /** Index of the oldest record held, or the next index when none is. */
  get first(): number {
    return this.indexOfFirstSlot + this.trimmed;
  }

  /** The index that the next record will have. */
  get next(): number {
    return this.indexOfFirstSlot + this.records.length;
  }

  /** How many records are held. */
  get held(): number {
    return this.records.length - this.trimmed;
  }

  /** Appends a record under the index `next`. */
  append(record: StoredRecord): void {
    this.newestArrivalMs = record.arrivalMs;
    this.records.push(record);
  }

  /** The arrival of the newest record, in milliseconds since the epoch; -Infinity before the first. */
  get newestArrival(): number {
    return this.newestArrivalMs;
  }

  /** The record at `index`, when it is held. */
  at(index: number): StoredRecord | undefined {
    return index < this.first ? undefined : this.records[index - this.indexOfFirstSlot];
  }

  /** Index of the first record held that arrived at or after `timeMs`; `next` when there is none. Arrivals never go back. */
  firstSince(timeMs: number): number {
    let low = this.trimmed;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.records[middle] as StoredRecord).arrivalMs < timeMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.indexOfFirstSlot + low;
  }

  /** Forgets the records that arrived before `horizonMs`. */
  trim(horizonMs: number): void {
    const oldest = this.records[this.trimmed];
    if (oldest === undefined || oldest.arrivalMs >= horizonMs) {
      return;
    }
    this.trimmed = this.firstSince(horizonMs) - this.indexOfFirstSlot;
    if (this.trimmed >= cutSize || this.trimmed === this.records.length) {
      this.records = this.records.slice(this.trimmed);
      this.indexOfFirstSlot += this.trimmed;
      this.trimmed = 0;
    }
  }
}
