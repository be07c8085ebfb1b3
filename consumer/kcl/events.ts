import type { HashRange } from './decisions/hash-range';
import type { TakeReason } from './decisions/lease-plan';
import type { Position } from './decisions/position';

/** Everything that a worker does or suffers, for logs, metrics, pages and tests. `type` tells the cases apart. */
export type KclEvent = WorkerEvent | LeaseEvent | ShardEvent | SyncEvent;

export type WorkerEvent =
  | { readonly type: 'worker-started'; readonly workerId: string }
  | { readonly type: 'worker-stopping'; readonly workerId: string; readonly shards: number }
  | { readonly type: 'worker-stopped'; readonly workerId: string }
  /** The worker ends; `run` rejects with the same error. */
  | { readonly type: 'fatal'; readonly error: unknown }
  /** A loop's round failed as a whole (the table or the stream did not answer); it is tried again at the next. */
  | { readonly type: 'round-failed'; readonly round: 'take' | 'shard-sync' | 'start'; readonly error: unknown }
  | { readonly type: 'warning'; readonly message: string };

export type LeaseEvent =
  | {
      readonly type: 'lease-taken';
      readonly shardId: string;
      readonly reason: TakeReason | 'child';
      readonly previousOwner: string | undefined;
      readonly checkpoint: Position;
    }
  /** Another worker was faster; no harm is done. */
  | { readonly type: 'lease-take-lost'; readonly shardId: string }
  | { readonly type: 'lease-lost'; readonly shardId: string; readonly reason: LossReason }
  /** A write had no answer and will be repeated, as long as the lease cannot have expired. */
  | {
      readonly type: 'lease-renew-failed';
      readonly shardId: string;
      readonly write: 'renew' | 'checkpoint' | 'release';
      readonly error: unknown;
    }
  | { readonly type: 'lease-released'; readonly shardId: string; readonly reason: ReleaseReason }
  | { readonly type: 'lease-row-unreadable'; readonly leaseKey: string; readonly reason: string }
  | { readonly type: 'lease-cleaned-up'; readonly shardId: string }
  | { readonly type: 'checkpoint-stored'; readonly shardId: string; readonly position: Position };

/**
 * `taken`: another worker wrote the row. `expired`: this worker could not renew in time, so others may see the lease as expired.
 * `abandoned`: the worker stopped without waiting any longer.
 */
export type LossReason = 'taken' | 'expired' | 'abandoned';
export type ReleaseReason = 'shard-ended' | 'worker-stopped' | 'reader-stalled' | 'processor-failing';

export type ShardEvent =
  | { readonly type: 'shard-started'; readonly shardId: string; readonly startAfter: Position }
  | { readonly type: 'shard-ended'; readonly shardId: string; readonly childShardIds: readonly string[] }
  | {
      readonly type: 'batch-processed';
      readonly shardId: string;
      readonly records: number;
      /** Of the records' data. */
      readonly bytes: number;
      readonly millisBehindLatest: number;
      readonly durationMs: number;
    }
  /** The shard's retention was over before it was read to its end: what it held after the checkpoint is lost. */
  | { readonly type: 'shard-gone'; readonly shardId: string; readonly checkpoint: Position }
  | { readonly type: 'throttled'; readonly shardId: string; readonly waitMs: number }
  | { readonly type: 'iterator-expired'; readonly shardId: string }
  | { readonly type: 'read-failed'; readonly shardId: string; readonly error: unknown; readonly waitMs: number }
  /** No read came back for this long: the lease is no longer renewed but given away. */
  | { readonly type: 'reader-stalled'; readonly shardId: string; readonly stalledMs: number }
  /** The shard starts again at its checkpoint after `waitMs`; undefined: it failed too often and the lease is given away. */
  | {
      readonly type: 'processor-failed';
      readonly shardId: string;
      readonly during: 'create' | 'process' | 'idle' | 'shardEnded' | 'handOver' | 'leaseLost';
      readonly error: unknown;
      readonly waitMs: number | undefined;
    }
  /** What follows the last record of a shard (children, SHARD_END) failed and is tried again. */
  | { readonly type: 'shard-end-failed'; readonly shardId: string; readonly error: unknown; readonly waitMs: number };

export type SyncEvent =
  | {
      readonly type: 'shard-sync';
      readonly reason: 'start' | 'hole' | 'hash-range-missing';
      readonly shards: number;
      readonly leases: number;
      readonly created: number;
    }
  | { readonly type: 'hash-range-hole'; readonly hole: HashRange; readonly sightings: number }
  | { readonly type: 'leases-created'; readonly shardIds: readonly string[]; readonly parentShardId: string | undefined };

/** Hears every event. An observer that throws is ignored: it must not stop the work. */
export type Emit = (event: KclEvent) => void;

/** Keeps an observer from breaking the worker. */
export function safely(onEvent: ((event: KclEvent) => void) | undefined): Emit {
  return (event) => {
    try {
      onEvent?.(event);
    } catch {
      // Documented above: observing is not part of the work.
    }
  };
}
