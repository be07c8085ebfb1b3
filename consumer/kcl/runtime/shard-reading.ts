import type { Clock } from '../clock';
import { LATEST } from '../decisions/position';
import { memoryWeight } from '../decisions/read-size';
import { streamFailureOf } from '../decisions/stream-failure';
import type { Emit } from '../events';
import type { ReadMemory, ReadReport, ReadResult, Reservation, ShardReader, ShardSource } from '../ports/shard-source';
import type { KinesisRecord } from '../record';
import type { MemoryBudget, ShardMemory } from './memory-budget';
import type { OwnedLease } from './owned-lease';
import type { ShardVitals } from './shard-vitals';
import { UserRecords, type SizedBatch } from './user-records';

export interface ShardReadingProps {
  readonly source: ShardSource;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly budget: MemoryBudget;
  readonly maxRecordsPerBatch: number;
}

/** What a read gave, with its room in memory, which is released when the batch is dealt with. */
export type HeldRead = ReadResult & { readonly reservation?: Reservation };

/** Reads one shard from its lease's checkpoint on, and opens what it reads into user records. */
export class ShardReading {
  private readonly memory: ShardMemory;
  private readonly reader: ShardReader;
  private readonly users: UserRecords;
  private readonly shardId: string;

  constructor(
    private readonly props: ShardReadingProps,
    { lease }: OwnedLease,
    private readonly vitals: ShardVitals,
    private readonly signal: AbortSignal,
  ) {
    const { emit, maxRecordsPerBatch: maxRecords } = props;
    this.shardId = lease.leaseKey;
    const { checkpoint, hashRange } = lease;
    this.memory = props.budget.open();
    this.users = new UserRecords({ shardId: this.shardId, hashRange, startAfter: checkpoint, emit, maxRecords });
    // LATEST is a different place each time; what was read once and has no checkpoint yet must not be passed over.
    const again = checkpoint.sequenceNumber === LATEST.sequenceNumber ? vitals.firstRead : undefined;
    this.reader = props.source.open({
      shardId: this.shardId,
      startAfter: again ?? checkpoint,
      report: (report) => this.onReport(report),
      memory: this.watchedMemory(),
    });
  }

  async read(): Promise<HeldRead> {
    const { clock } = this.props;
    this.vitals.readingSinceMs = clock.monotonicMs();
    try {
      const result = await this.reader.read(this.signal);
      if (result.kind !== 'records') {
        return result;
      }
      this.vitals.firstRead ??= positionOf(result.batch.records[0]);
      const { batch, bytes } = result;
      return { ...result, reservation: result.reservation ?? this.memory.hold(memoryWeight(batch.records.length, bytes)) };
    } finally {
      this.vitals.readingSinceMs = undefined;
    }
  }

  /** The user records of a read, at least one batch, which may be empty. */
  *open(read: SizedBatch): Iterable<SizedBatch> {
    for (const part of this.users.batches(read)) {
      const opened = part.batch === read.batch ? undefined : this.memory.hold(memoryWeight(part.batch.records.length, 0));
      try {
        yield part;
      } finally {
        opened?.release();
      }
    }
  }

  close(): void {
    this.vitals.readingSinceMs = undefined;
    this.memory.close();
  }

  /** A reader that waits for room is not stuck. */
  private watchedMemory(): ReadMemory {
    return {
      reserve: async (wanted, least, signal) => {
        const { clock } = this.props;
        const { readingSinceMs } = this.vitals;
        const askedMs = clock.monotonicMs();
        this.vitals.readingSinceMs = undefined;
        const reservation = await this.memory.reserve(wanted, least, signal);
        this.vitals.readingSinceMs = (readingSinceMs ?? askedMs) + (clock.monotonicMs() - askedMs);
        return reservation;
      },
    };
  }

  private onReport(report: ReadReport): void {
    const { clock, emit } = this.props;
    const { shardId } = this;
    switch (report.kind) {
      case 'waiting':
        this.vitals.readingSinceMs = (this.vitals.readingSinceMs ?? clock.monotonicMs()) + report.waitMs;
        return;
      case 'throttled':
        // The service is there and so is the reader; its time counts again when the wait is over.
        this.vitals.readingSinceMs = clock.monotonicMs() + report.waitMs;
        emit({ type: 'throttled', shardId, by: report.by ?? 'stream', waitMs: report.waitMs });
        return;
      case 'iterator-expired':
        emit({ type: 'iterator-expired', shardId });
        return;
      case 'read-failed':
        emit({
          type: 'read-failed',
          shardId,
          failure: streamFailureOf(report.error),
          error: report.error,
          waitMs: report.waitMs,
        });
    }
  }
}

function positionOf(
  record: KinesisRecord | undefined,
): { readonly sequenceNumber: string; readonly subSequenceNumber: number } | undefined {
  return record && { sequenceNumber: record.sequenceNumber, subSequenceNumber: record.subSequenceNumber };
}
