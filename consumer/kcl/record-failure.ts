import { isSequenceNumber } from './decisions/position';
import type { KinesisRecord } from './record';

/**
 * What becomes of a record that the processor cannot deal with.
 *
 * - `dead-letter`: it is given to the dead-letter sink, and once that has acknowledged it the shard goes on after it.
 * - `skip`: it is passed over with an event (`record-given-up`), and lost to the application.
 * - `stop-shard`: the shard does not go on. The batch is tried again from the checkpoint, and after `maxProcessorFailures` the lease is
 *   given away, so that another worker tries.
 */
export type RecordFailurePolicy = 'dead-letter' | 'skip' | 'stop-shard';

/**
 * Thrown by a processor (from `process`, `idle`, `handOver` or `shardEnded`) to name the record that it can never deal with. The policy
 * is applied to it at once, without further tries, after everything before it has been dealt with. For a failure that may pass, throw
 * anything else.
 */
export class RecordError extends Error {
  override readonly name = 'RecordError';

  /**
   * @param record - one that this processor was given and that is not checkpointed yet
   * @param reason - short and stable, for whoever reads the dead letters: `schema-mismatch`
   * @throws RangeError when `record` has no sequence number
   */
  constructor(
    readonly record: Pick<KinesisRecord, 'sequenceNumber' | 'subSequenceNumber'>,
    readonly reason: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`record ${record.sequenceNumber} cannot be processed: ${reason}`, options);
    if (!isSequenceNumber(record.sequenceNumber)) {
      throw new RangeError(`${record.sequenceNumber} is not the sequence number of a record`);
    }
  }
}

/** A record that was given up, and why. */
export interface DeadLetter {
  readonly shardId: string;
  readonly record: KinesisRecord;
  /** The `reason` of a RecordError; otherwise the failing error's name. */
  readonly reason: string;
  /** What the processor threw last. */
  readonly error: unknown;
  /** How often the record failed by itself. */
  readonly attempts: number;
}

/**
 * Keeps a dead letter for good: resolves only when it is stored. A rejection is tried again with back-off, for as long as the lease is
 * held; the shard waits meanwhile. The same letter may come again after a crash: shard and sequence number tell.
 *
 * @param signal - aborted when the lease is lost or the worker stops: give up
 */
export type DeadLetterSink = (letter: DeadLetter, signal: AbortSignal) => Promise<void>;
