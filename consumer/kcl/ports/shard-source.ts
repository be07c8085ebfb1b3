import type { Position } from '../decisions/position';
import type { Shard } from '../decisions/shard-graph';
import type { RecordBatch } from '../record';

/** Where shards and their records come from: polling now, enhanced fan-out beside it later. */
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
  /** The lease's checkpoint; never SHARD_END. */
  readonly startAfter: Position;
  /** Hears of what the reader dealt with itself. */
  readonly report: (report: ReadReport) => void;
}

export type ReadReport =
  | { readonly kind: 'throttled'; readonly waitMs: number }
  | { readonly kind: 'iterator-expired' }
  | { readonly kind: 'read-failed'; readonly error: unknown; readonly waitMs: number };

/** Reads one shard from a position on. Calls do not overlap. */
export interface ShardReader {
  /**
   * The next batch, as soon as the shard's limits allow a call; it may be empty. Throttling, expired iterators and passing errors
   * are dealt with inside. After `end` or
   * `gone` it is not called again.
   *
   * @throws KclError when reading can never succeed; the signal's reason when it is aborted
   */
  read(signal: AbortSignal): Promise<ReadResult>;
}

export type ReadResult =
  | { readonly kind: 'records'; readonly batch: RecordBatch; /** Of the records' data. */ readonly bytes: number }
  | { readonly kind: 'end'; /** Empty when the stream did not name them. */ readonly children: readonly Shard[] }
  /** The shard no longer exists; what it held after the checkpoint is lost. */
  | { readonly kind: 'gone' };
