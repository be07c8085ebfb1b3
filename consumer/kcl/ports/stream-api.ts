import type { Shard } from '../decisions/shard-graph';
import type { RecordBatch } from '../record';

/** The calls of a stream that polling is made of. What is expected to happen is a result; a rejection may be tried again. */
export interface StreamApi {
  /** @throws KclError STREAM_MISSING, ACCESS_DENIED */
  listShards(signal?: AbortSignal): Promise<readonly Shard[]>;
  /** @throws KclError STREAM_MISSING, ACCESS_DENIED */
  getIterator(shardId: string, from: IteratorPosition, signal?: AbortSignal): Promise<IteratorResult>;
  /** @throws KclError STREAM_MISSING, ACCESS_DENIED */
  getRecords(iterator: string, limit: number, signal?: AbortSignal): Promise<RecordsResult>;
}

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
export type IteratorPosition =
  | { readonly type: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly type: 'AT_TIMESTAMP'; readonly timestampMs: number }
  | { readonly type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string };

export type IteratorResult =
  | { readonly kind: 'iterator'; readonly iterator: string }
  | { readonly kind: 'throttled' }
  /** The stream exists and does not list the shard any more: its retention is over. */
  | { readonly kind: 'gone' };

export type RecordsResult =
  | {
      readonly kind: 'records';
      readonly batch: RecordBatch;
      readonly bytes: number;
      /** Undefined at the end of the shard. */
      readonly nextIterator: string | undefined;
      /** At the end of the shard; may be empty even there. */
      readonly children: readonly Shard[];
    }
  | { readonly kind: 'throttled' }
  /** The iterator is too old, or its shard is gone; a new one tells which. */
  | { readonly kind: 'expired' };
