import type { Shard } from '../decisions/shard-graph';
import type { RecordBatch } from '../record';
import type { ThrottledBy } from './shard-source';

/**
 * The calls of a stream that polling is made of. What is expected to happen is a result; a rejection may be tried again, unless it is a
 * KclError. Of those, CREDENTIALS_REFUSED and KMS_KEY_UNUSABLE are tried a few times as well: both may be mended meanwhile.
 */
export interface StreamApi {
  /** @throws KclError STREAM_MISSING, ACCESS_DENIED, CREDENTIALS_REFUSED */
  listShards(signal?: AbortSignal): Promise<readonly Shard[]>;
  /** @throws KclError STREAM_MISSING, ACCESS_DENIED, CREDENTIALS_REFUSED */
  getIterator(shardId: string, from: IteratorPosition, signal?: AbortSignal): Promise<IteratorResult>;
  /** @throws KclError STREAM_MISSING, ACCESS_DENIED, CREDENTIALS_REFUSED, KMS_KEY_UNUSABLE */
  getRecords(iterator: string, limit: number, signal?: AbortSignal): Promise<RecordsResult>;
}

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
export type IteratorPosition =
  | { readonly type: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly type: 'AT_TIMESTAMP'; readonly timestampMs: number }
  | { readonly type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string };

/** What GetShardIterator gave. */
export type IteratorResult =
  | { readonly kind: 'iterator'; readonly iterator: string }
  | Throttled
  /** The stream exists and does not list the shard any more: its retention is over. */
  | { readonly kind: 'gone' };

/** More was asked for than the shard allows; or, when `by` says so, than the key allows that the stream is encrypted with. */
export interface Throttled {
  readonly kind: 'throttled';
  /** @default 'stream' */
  readonly by?: ThrottledBy;
}

/** What GetRecords gave. */
export type RecordsResult =
  | {
      readonly kind: 'records';
      readonly batch: RecordBatch;
      readonly bytes: number;
      /** Undefined at the end of the shard. */
      readonly nextIterator: string | undefined;
      /** At the end of the shard; may be empty even there. */
      readonly children: readonly Shard[];
      /** The stream's own time when it answered, or a little earlier. Milliseconds since the epoch. @default - it does not tell */
      readonly streamTimeMs?: number | undefined;
    }
  | Throttled
  /** The iterator is too old, or its shard is gone; a new one tells which. */
  | { readonly kind: 'expired' };
