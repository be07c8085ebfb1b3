import type { HashRange } from './decisions/hash-range';
import type { TakeReason } from './decisions/lease-plan';
import type { Position } from './decisions/position';
import type { MalformedReason } from './kpl/aggregate';
import type { StreamFailure } from './decisions/stream-failure';
import type { TableFailure } from './decisions/table-failure';
import type { FanOutObstacle } from './ports/fan-out-api';
import type { ThrottledBy } from './ports/shard-source';

/** Everything that a worker does or suffers, for logs, metrics, pages and tests. `type` tells the cases apart. */
export type KclEvent = WorkerEvent | LeaseEvent | HandOffEvent | ShardEvent | SyncEvent | FanOutEvent;

/** Of the worker as a whole. */
export type WorkerEvent =
  | { readonly type: 'worker-started'; readonly workerId: string }
  | { readonly type: 'worker-stopping'; readonly workerId: string; readonly shards: number }
  | { readonly type: 'worker-stopped'; readonly workerId: string }
  /** The worker ends; `run` rejects with the same error. */
  | { readonly type: 'fatal'; readonly error: unknown }
  /** A loop's round failed as a whole (the table or the stream did not answer); it is tried again at the next. */
  | { readonly type: 'round-failed'; readonly round: 'take' | 'shard-sync' | 'start'; readonly error: unknown }
  | { readonly type: 'warning'; readonly message: string };

/** Of a lease and its row in the table. A lease is named by its shard. */
export type LeaseEvent =
  | {
      readonly type: 'lease-taken';
      readonly shardId: string;
      readonly reason: TakeReason | 'child';
      readonly previousOwner: string | undefined;
      readonly checkpoint: Position;
      /** What the lease claims; see `watermark-stored`. */
      readonly arrivalWatermarkMs?: number | undefined;
    }
  /** Another worker was faster; no harm is done. */
  | { readonly type: 'lease-take-lost'; readonly shardId: string }
  | { readonly type: 'lease-lost'; readonly shardId: string; readonly reason: LossReason }
  /** A write had no answer and will be repeated, as long as the lease cannot have expired. */
  | {
      readonly type: 'lease-renew-failed';
      readonly shardId: string;
      readonly write: 'renew' | 'checkpoint' | 'announce' | 'release';
      readonly error: unknown;
    }
  | { readonly type: 'lease-released'; readonly shardId: string; readonly reason: ReleaseReason }
  | { readonly type: 'lease-row-unreadable'; readonly leaseKey: string; readonly reason: string }
  | { readonly type: 'lease-cleaned-up'; readonly shardId: string }
  | { readonly type: 'checkpoint-stored'; readonly shardId: string; readonly position: Position }
  /** The lease claims that all that arrived before this time is checkpointed. Milliseconds since the epoch, by the stream's clock. */
  | { readonly type: 'watermark-stored'; readonly shardId: string; readonly arrivalWatermarkMs: number }
  /** A call to the lease table failed; what it was made for says what follows. One event per call. */
  | {
      readonly type: 'lease-table-failed';
      readonly operation: string;
      readonly failure: TableFailure;
      readonly error: unknown;
    };

/**
 * `taken`: another worker wrote the row. `expired`: this worker could not renew in time, so others may see the lease as expired.
 * `abandoned`: the worker stopped without waiting any longer.
 */
export type LossReason = 'taken' | 'expired' | 'abandoned';
/** `handed-over`: to the worker that had asked for it. */
export type ReleaseReason = 'shard-ended' | 'worker-stopped' | 'handed-over' | 'reader-stalled' | 'processor-failing';

/** Of a lease that passes from one living worker to another; see `decisions/hand-off.ts`. */
export type HandOffEvent =
  /** This worker asked `holder` for the lease. */
  | { readonly type: 'hand-off-requested'; readonly shardId: string; readonly holder: string }
  /** This worker is about to stop and offers the lease, on which it goes on working. */
  | { readonly type: 'hand-off-announced'; readonly shardId: string }
  /** This worker found that `requester` has asked for the lease: it reads no more and finishes what is in flight. */
  | { readonly type: 'hand-off-accepted'; readonly shardId: string; readonly requester: string }
  /**
   * The lease has passed. `peer` is the other worker. As `holder`: it was released, `durationMs` after it was found to be asked for;
   * as `requester`: it was taken, `durationMs` after it was asked for.
   */
  | {
      readonly type: 'hand-off-completed';
      readonly shardId: string;
      readonly role: 'holder' | 'requester';
      readonly peer: string;
      readonly durationMs: number;
    }
  /** `holder` did not hand over in time: this worker takes the lease, and what was not checkpointed is repeated. */
  | { readonly type: 'hand-off-timed-out'; readonly shardId: string; readonly holder: string; readonly waitedMs: number }
  /** This worker waits no longer: it stops, another worker was faster, or the shard has ended meanwhile. */
  | {
      readonly type: 'hand-off-given-up';
      readonly shardId: string;
      readonly holder: string;
      readonly reason: 'stopping' | 'taken' | 'shard-ended';
    };

/** Of reading a shard and processing its records. */
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
  /** `by`: the shard's limits, which all its readers share, or those of the key that the stream is encrypted with. */
  | { readonly type: 'throttled'; readonly shardId: string; readonly by: ThrottledBy; readonly waitMs: number }
  | { readonly type: 'iterator-expired'; readonly shardId: string }
  /**
   * User records of aggregates were left out, because their hash keys are not of this shard: their producer had not heard of a reshard, and
   * puts them again. One event per read that met any; of a read that is given in parts one per part, before it is given.
   */
  | {
      readonly type: 'user-records-skipped';
      readonly shardId: string;
      readonly records: number;
      /** Of the first aggregate that had such. */
      readonly sequenceNumber: string;
    }
  /** Records that begin like a KPL aggregate were passed on unopened. One event per read, or part of one, and reason. */
  | {
      readonly type: 'aggregate-malformed';
      readonly shardId: string;
      readonly reason: MalformedReason;
      readonly records: number;
      /** Of the first. */
      readonly sequenceNumber: string;
    }
  /**
   * Records came that had arrived before the watermark in the lease: it had claimed too much, by `byMs` at most. `watermarkMarginMs` is
   * too small, or somebody has set the checkpoint back. One event per batch.
   */
  | {
      readonly type: 'watermark-overtaken';
      readonly shardId: string;
      readonly records: number;
      /** Of the first. */
      readonly sequenceNumber: string;
      readonly byMs: number;
    }
  /** A read failed and is tried again after `waitMs`. */
  | {
      readonly type: 'read-failed';
      readonly shardId: string;
      readonly failure: StreamFailure;
      readonly error: unknown;
      readonly waitMs: number;
    }
  /** No read came back for this long: the lease is no longer renewed but given away. */
  | { readonly type: 'reader-stalled'; readonly shardId: string; readonly stalledMs: number }
  /** The shard starts again at its checkpoint after `waitMs`; undefined: it failed too often and the lease is given away. */
  | {
      readonly type: 'processor-failed';
      readonly shardId: string;
      readonly during: ProcessorCall;
      readonly error: unknown;
      readonly waitMs: number | undefined;
    }
  /** A call to the processor has not come back for this long; told again each time as much has passed. Its lease is kept. */
  | {
      readonly type: 'processor-slow';
      readonly shardId: string;
      readonly during: ProcessorCall | 'deadLetter';
      readonly pendingMs: number;
    }
  | RecordFailureEvent
  /** What follows the last record of a shard (children, SHARD_END) failed and is tried again. */
  | { readonly type: 'shard-end-failed'; readonly shardId: string; readonly error: unknown; readonly waitMs: number };

/** A method of the processor, or its creation. */
export type ProcessorCall = 'create' | 'process' | 'idle' | 'shardEnded' | 'handOver' | 'leaseLost';

/** Of records that a processor fails on. */
export type RecordFailureEvent =
  /** A part of a batch failed and is divided, to find the record at fault; `records` are in the next part. */
  | {
      readonly type: 'records-divided';
      readonly shardId: string;
      readonly records: number;
      readonly error: unknown;
      readonly waitMs: number;
    }
  /** A record failed by itself and is tried again after `waitMs`. */
  | ({ readonly type: 'record-retried'; readonly attempts: number; readonly error: unknown; readonly waitMs: number } & OneRecord)
  /** A record was given up; the dead-letter sink has acknowledged it. */
  | ({ readonly type: 'record-dead-lettered'; readonly attempts: number; readonly reason: string } & OneRecord)
  /** A record was given up and passed over, as the policy `skip` asks. */
  | ({
      readonly type: 'record-given-up';
      readonly attempts: number;
      readonly reason: string;
      readonly error: unknown;
    } & OneRecord)
  /** The dead-letter sink failed; it is tried again after `waitMs`, and the shard waits. */
  | ({ readonly type: 'dead-letter-failed'; readonly error: unknown; readonly waitMs: number } & OneRecord);

interface OneRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
}

/** Of keeping the lease table in step with the stream's shards. */
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

/** Of reading by enhanced fan-out. */
export type FanOutEvent =
  /** The stream's consumer of this application is active. */
  | { readonly type: 'fan-out-ready'; readonly consumerArn: string }
  /** Fan-out is not possible for this worker: its shards are polled, and it is tried again after `retryMs`. */
  | {
      readonly type: 'fan-out-unavailable';
      readonly reason: FanOutObstacle;
      readonly error: unknown;
      readonly retryMs: number;
    }
  | { readonly type: 'subscription-started'; readonly shardId: string }
  | {
      readonly type: 'subscription-ended';
      readonly shardId: string;
      readonly reason: SubscriptionEnd;
      readonly lastedMs: number;
      /** Delivered by it. */
      readonly records: number;
    }
  /** A subscription gave nothing, not even a heartbeat, for this long; it is cancelled and made anew. */
  | { readonly type: 'subscription-silent'; readonly shardId: string; readonly silentMs: number }
  /** Subscriptions to this shard fail again and again: it is polled, and fan-out is tried again after `retryMs`. */
  | { readonly type: 'fan-out-fell-back'; readonly shardId: string; readonly error: unknown; readonly retryMs: number };

/**
 * `expired`: after five minutes, or since it was read too slowly. `taken-over`: another reader has subscribed. `unread`: nothing was
 * taken from it for so long that it was given up. `cancelled`: the shard is not read any more.
 */
export type SubscriptionEnd = 'expired' | 'shard-ended' | 'taken-over' | 'silent' | 'unread' | 'failed' | 'cancelled';

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
