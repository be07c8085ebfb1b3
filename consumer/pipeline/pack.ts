import { maxFirehoseRecordBytes } from '../../core/firehose-record';

export { maxFirehoseRecordBytes };

/** Direct-put ingestion is billed per record, rounded up to this many bytes. @see https://aws.amazon.com/firehose/pricing/ */
export const billingIncrementBytes = 5_120;

/** Bytes that Firehose bills for a record of `size` bytes. */
export function billedBytes(size: number): number {
  return Math.ceil(size / billingIncrementBytes) * billingIncrementBytes;
}

/** First allocation of a record's buffer, in bytes; it doubles as it fills. */
const initialBytes = 32 * 1024;

/** A buffer that a record is put together in. */
interface Chunk {
  buffer: Buffer;
  length: number;
}

/**
 * Packs documents, each ending in a newline, into as few and as large Firehose records as their limit allows, in order. Only the
 * last record of a flush is not full; at the sizes that the processor flushes at, that keeps billed bytes within a few percent of
 * the payload whatever the size of a document is.
 *
 * Buffers are kept and used again after `clear`, so that a busy shard does not allocate a megabyte per flush.
 */
export class Packer {
  private chunks: Chunk[] = [];
  private used = 0;
  /** Bytes of all documents since the last `clear`. */
  bytes = 0;

  constructor(private readonly maxRecordBytes = maxFirehoseRecordBytes) {}

  /** Adds a copy of a document. @throws RangeError when no record holds it */
  add(document: Uint8Array): void {
    const size = document.byteLength;
    if (size > this.maxRecordBytes) {
      throw new RangeError(`a document of ${size} bytes does not fit into a record of ${this.maxRecordBytes}`);
    }
    let chunk = this.chunks[this.used - 1];
    if (chunk === undefined || chunk.length + size > this.maxRecordBytes) {
      chunk = this.next();
    }
    this.grow(chunk, size);
    chunk.buffer.set(document, chunk.length);
    chunk.length += size;
    this.bytes += size;
  }

  /** The records so far. They are views: valid until `clear`. */
  records(): readonly Uint8Array[] {
    return this.chunks.slice(0, this.used).map(({ buffer, length }) => buffer.subarray(0, length));
  }

  /** Forgets the documents. One buffer is kept. */
  clear(): void {
    this.chunks = this.chunks.slice(0, 1);
    this.used = 0;
    this.bytes = 0;
  }

  private next(): Chunk {
    const chunk = this.chunks[this.used] ?? {
      buffer: Buffer.allocUnsafeSlow(Math.min(initialBytes, this.maxRecordBytes)),
      length: 0,
    };
    chunk.length = 0;
    this.chunks[this.used] = chunk;
    this.used += 1;
    return chunk;
  }

  /** Makes room for `more` bytes, which the caller has found to fit into a record. */
  private grow(chunk: Chunk, more: number): void {
    const needed = chunk.length + more;
    if (needed > chunk.buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.maxRecordBytes, Math.max(needed, chunk.buffer.length * 2)));
      chunk.buffer.copy(grown, 0, 0, chunk.length);
      chunk.buffer = grown;
    }
  }
}
