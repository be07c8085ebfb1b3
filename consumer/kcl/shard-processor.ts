import type { RecordBatch } from './record';

/** A position within a shard that a checkpoint names: everything up to and including it has been dealt with. */
export interface RecordPosition {
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
}

/**
 * What became of a checkpoint. `lost`: another worker owns the lease now; nothing was written, and the processor must stop, for
 * its successor starts at the last checkpoint that succeeded.
 */
export type CheckpointResult = 'stored' | 'lost';

/** Moves the checkpoint of one shard, fenced by its lease. */
export interface Checkpointer {
  /**
   * Stores that everything up to and including `position` has been dealt with.
   *
   * @throws RangeError when `position` lies before the last checkpoint or was never given to the processor
   */
  checkpoint(position: RecordPosition): Promise<CheckpointResult>;
}

/** What a processor is told when its shard starts. */
export interface ShardContext {
  readonly shardId: string;
  /** Where reading starts, exclusive: the lease's checkpoint, a sequence number or TRIM_HORIZON, LATEST, AT_TIMESTAMP. */
  readonly startAfter: string;
  /** The last user record before the start when that lies inside a KPL aggregate; 0 for a record of its own and for a word. */
  readonly startAfterSubSequenceNumber: number;
  /**
   * Higher than that of every processor that was made for this shard before, by whichever worker: made of the lease's counter. The
   * checkpoint is fenced by the lease; what a processor writes elsewhere is not, and a request of a worker that was paused may arrive
   * long after its successor has begun. Write the token beside it, and refuse, by the condition of the write, what has a lower one.
   *
   * It begins again with a lease table that was made anew, and goes back with one that was restored.
   */
  readonly fencingToken: number;
  /**
   * Asks the lease table, by a write, whether the shard is still this worker's. For when something found elsewhere, such as a higher token,
   * says that it is not; `lost` has aborted the signal.
   */
  readonly confirmLease: () => Promise<'held' | 'lost'>;
  readonly checkpointer: Checkpointer;
  /** Aborted when the lease is lost or the worker stops without grace: give up, write nothing more. */
  readonly signal: AbortSignal;
}

/**
 * The user's code for one shard. Calls never overlap: the runtime awaits each before the next, which is also the back-pressure:
 * while `process` is pending, nothing more than a bounded read-ahead is fetched.
 */
export interface ShardProcessor {
  /**
   * Deals with records; may keep some in a buffer, as long as it does not checkpoint past them. When it throws, this processor is not
   * called again: a new one starts at the checkpoint. A `RecordError` names a record that can never be dealt with.
   */
  process(batch: RecordBatch): Promise<void>;
  /** Called after a read without records, so that a buffer can be flushed when it has waited long enough. */
  idle?(): Promise<void>;
  /** The shard has ended and every record was given to `process`: finish them all. The runtime then checkpoints SHARD_END. */
  shardEnded(): Promise<void>;
  /**
   * Finish what is in flight and checkpoint it: the lease is about to be handed over, or a record at fault is looked for among those
   * given. Nothing more will be given to this processor.
   */
  handOver(): Promise<void>;
  /** The lease is another worker's: drop everything. No checkpoint can succeed any more. */
  leaseLost(): void;
}

/** Makes the processor for a shard when its lease has been taken. May read, and may fail; it is then tried again. */
export type ShardProcessorFactory = (context: ShardContext) => ShardProcessor | Promise<ShardProcessor>;
