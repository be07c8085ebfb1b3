/** Size of a chunk, in bytes; at least as large as a record may be. */
const chunkBytes = 4 * 1024 * 1024;

/** Numbers per record in `PackedRecords.index`. */
const fieldsPerRecord = 4;

/** Records in memory that is shared between threads: handing them to the conversion costs no copy, and again none when it is retried. */
export interface PackedRecords {
  readonly chunks: readonly SharedArrayBuffer[];
  /** For each record four numbers: its chunk, offset and length in bytes, and its arrival in milliseconds since the epoch. */
  readonly index: Float64Array;
}

export interface PackedRecord {
  readonly data: Buffer;
  /** When the record came in, in milliseconds since the epoch. */
  readonly arrivalMs: number;
}

/** Collects the records of one object. */
export class RecordBuffer {
  private readonly chunks: SharedArrayBuffer[] = [];
  private readonly index: number[] = [];
  private used = chunkBytes;
  private total = 0;

  /** Bytes of the records' data. */
  get bytes(): number {
    return this.total;
  }

  get records(): number {
    return this.index.length / fieldsPerRecord;
  }

  /** When the oldest record arrived; undefined while there is none. */
  get firstArrivalMs(): number | undefined {
    return this.index[3];
  }

  add(data: Uint8Array, arrivalMs: number): void {
    if (this.used + data.length > chunkBytes) {
      this.chunks.push(new SharedArrayBuffer(chunkBytes));
      this.used = 0;
    }
    const chunk = this.chunks.length - 1;
    new Uint8Array(this.chunks[chunk] as SharedArrayBuffer, this.used).set(data);
    this.index.push(chunk, this.used, data.length, arrivalMs);
    this.used += data.length;
    this.total += data.length;
  }

  pack(): PackedRecords {
    return { chunks: this.chunks, index: Float64Array.from(this.index) };
  }
}

/** The records, in the order in which they came. The data is not copied. */
export function* unpack({ chunks, index }: PackedRecords): Generator<PackedRecord> {
  for (let at = 0; at < index.length; at += fieldsPerRecord) {
    const [chunk, offset, length, arrivalMs] = index.subarray(at, at + fieldsPerRecord) as unknown as [
      number,
      number,
      number,
      number,
    ];
    yield { data: Buffer.from(chunks[chunk] as SharedArrayBuffer, offset, length), arrivalMs };
  }
}
