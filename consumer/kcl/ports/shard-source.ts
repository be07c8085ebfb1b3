import type { Position } from '../decisions/position';
import type { Shard } from '../decisions/shard-graph';
import type { RecordBatch } from '../record';

/** Where shards and their records come from: polling, or enhanced fan-out. */
export interface ShardSource {
  /**
   * Every shard that the stream still lists, open and closed.
   *
   * @throws KclError STREAM_MISSING
   */
  listShards(): Promise<readonly Shard[]>;
  open(request: ReadRequest): ShardReader;
}

export interface ReadRequest {
  readonly shardId: string;
  /**
   * A word for a start, or the position of a record; never SHARD_END. A record that is named is read again: it may be an aggregate
   * that is only dealt with in part. The runtime leaves out what the checkpoint covers.
   */
  readonly startAfter: Position;
  /** Hears of what the reader dealt with itself. */
  readonly report: (report: ReadReport) => void;
  /** Room for what is read, shared with all shards of the worker. */
  readonly memory: ReadMemory;
}

/** Room in memory for one shard's reads. */
export interface ReadMemory {
  /**
   * Reserves room before a read, as soon as there is some. A source that cannot tell its sender how much to send reserves when it
   * has received something, and receives no more until then.
   *
   * @param wanted - what the read is expected to bring at most
   * @param least - with less than this nothing can be read
   * @throws the signal's reason when it is aborted
   */
  reserve(wanted: number, least: number, signal: AbortSignal): Promise<Reservation>;
}

/** Bytes set aside, counted as `memoryWeight` does. */
export interface Reservation {
  /** How many; between `least` and `wanted`, or less than `least` when there will never be more. */
  readonly bytes: number;
  /** Makes it as large as what was really read. */
  settle(bytes: number): void;
  /** Gives the room back; doing it twice is harmless. */
  release(): void;
}

export type ReadReport =
  | { readonly kind: 'throttled'; /** @default 'stream' */ readonly by?: ThrottledBy; readonly waitMs: number }
  /** The next call waits on purpose: the reader is not stuck. */
  | { readonly kind: 'waiting'; readonly waitMs: number }
  | { readonly kind: 'iterator-expired' }
  | { readonly kind: 'read-failed'; readonly error: unknown; readonly waitMs: number };

/** The limits of the shard, which all its readers share, or those of the key that the stream is encrypted with. */
export type ThrottledBy = 'stream' | 'kms';

/** Reads one shard from a position on. Calls do not overlap. */
export interface ShardReader {
  /**
   * The next batch, as soon as the shard's limits allow a call; it may be empty. Throttling, expired iterators and passing errors
   * are dealt with inside. After `end` or `gone` it is not called again.
   *
   * @throws KclError when reading can never succeed; the signal's reason when it is aborted
   */
  read(signal: AbortSignal): Promise<ReadResult>;
}

export type ReadResult =
  | {
      readonly kind: 'records';
      /** As the shard holds them: aggregates are not opened. */
      readonly batch: RecordBatch;
      /** Of the records' data. */
      readonly bytes: number;
      /** The room that the batch takes; the runtime releases it when the batch is dealt with. Without one it is counted then. */
      readonly reservation?: Reservation;
      /**
       * By the stream's clock: whatever had arrived before this time was in the reads before this one, and the shard was still open then, so
       * that the shards which follow it hold nothing of that time. Milliseconds since the epoch; undefined when that cannot be told.
       */
      readonly completeBeforeMs?: number | undefined;
    }
  | { readonly kind: 'end'; /** Empty when the stream did not name them. */ readonly children: readonly Shard[] }
  /** The shard no longer exists; what it held after the checkpoint is lost. */
  | { readonly kind: 'gone' };
