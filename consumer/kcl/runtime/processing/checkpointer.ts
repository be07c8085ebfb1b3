import { comparePositions, isSequenceNumber, type Position } from '../../decisions/position';
import type { Emit } from '../../events';
import type { KinesisRecord } from '../../record';
import type { Checkpointer, CheckpointResult, RecordPosition } from '../../shard-processor';
import type { OwnedLease } from '../leasing/owned-lease';

/** Moves one shard's checkpoint: forward only, and never past what the processor was given. */
export class ShardCheckpointer implements Checkpointer {
  private given: Position;
  private asked: Position;
  private closed = false;
  /** Whether the processor was given a record. */
  hasGiven = false;
  /** How many checkpoints were stored. */
  stored = 0;

  constructor(
    private readonly owned: OwnedLease,
    private readonly emit: Emit,
  ) {
    this.given = owned.lease.checkpoint;
    this.asked = owned.lease.checkpoint;
  }

  /** Tells that the processor is about to see everything up to this record. */
  give(last: KinesisRecord): void {
    this.given = last;
    this.hasGiven = true;
  }

  /** The last record that the processor was given; where it started, before the first. */
  get givenThrough(): Position {
    return this.given;
  }

  /** The processor's time is over: what it still sends is refused. */
  close(): void {
    this.closed = true;
  }

  async checkpoint({ sequenceNumber, subSequenceNumber }: RecordPosition): Promise<CheckpointResult> {
    const position: Position = { sequenceNumber, subSequenceNumber };
    if (!isSequenceNumber(sequenceNumber)) {
      throw new RangeError(`${sequenceNumber} is not the sequence number of a record`);
    }
    if (comparePositions(position, this.asked) < 0) {
      throw new RangeError(`checkpoint ${text(position)} lies before the last one, ${text(this.asked)}`);
    }
    if (comparePositions(position, this.given) > 0) {
      throw new RangeError(`checkpoint ${text(position)} lies after the last record given, ${text(this.given)}`);
    }
    if (this.closed || !this.owned.verify()) {
      return 'lost';
    }
    this.asked = position;
    if (comparePositions(position, this.owned.lease.checkpoint) === 0) {
      return 'stored';
    }
    const result = await this.owned.checkpoint(position);
    if (result === 'stored') {
      this.stored += 1;
      this.emit({ type: 'checkpoint-stored', shardId: this.owned.lease.leaseKey, position });
    }
    return result;
  }
}

function text({ sequenceNumber, subSequenceNumber }: Position): string {
  return subSequenceNumber === 0 ? sequenceNumber : `${sequenceNumber}.${subSequenceNumber}`;
}
