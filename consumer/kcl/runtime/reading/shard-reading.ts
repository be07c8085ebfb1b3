import type { Clock } from '../../clock';
import { LATEST, positionOf } from '../../decisions/position';
import { memoryWeight } from '../../decisions/read-size';
import { streamFailureOf } from '../../decisions/stream-failure';
import type { Emit } from '../../events';
import type { ReadMemory, ReadReport, ReadResult, Reservation, ShardReader, ShardSource } from '../../ports/shard-source';
import type { MemoryBudget, ShardMemory } from './memory-budget';
import type { OwnedLease } from '../leasing/owned-lease';
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
  /** What a read that was given up still does, is of no interest: the next run on the shard has its own. */
  private closed = false;

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
    this.waitSince(clock.monotonicMs());
    try {
      const result = await this.reader.read(this.signal);
      if (result.kind !== 'records') {
        return result;
      }
      const [first] = result.batch.records;
      this.vitals.firstRead ??= first && positionOf(first);
      const { batch, bytes } = result;
      return { ...result, reservation: result.reservation ?? this.memory.hold(memoryWeight(batch.records.length, bytes)) };
    } finally {
      this.waitSince(undefined);
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
    this.waitSince(undefined);
    this.closed = true;
    this.memory.close();
  }

  private waitSince(ms: number | undefined): void {
    if (!this.closed) {
      this.vitals.readingSinceMs = ms;
    }
  }

  /** A reader that waits for room is not stuck. */
  private watchedMemory(): ReadMemory {
    return {
      reserve: async (wanted, least, signal) => {
        const { clock } = this.props;
        const { readingSinceMs } = this.vitals;
        const askedMs = clock.monotonicMs();
        this.waitSince(undefined);
        const reservation = await this.memory.reserve(wanted, least, signal);
        this.waitSince((readingSinceMs ?? askedMs) + (clock.monotonicMs() - askedMs));
        return reservation;
      },
    };
  }

  private onReport(report: ReadReport): void {
    const { clock, emit } = this.props;
    const { shardId } = this;
    switch (report.kind) {
      case 'waiting':
        this.waitSince((this.vitals.readingSinceMs ?? clock.monotonicMs()) + report.waitMs);
        return;
      case 'throttled':
        // The service is there and so is the reader; its time counts again when the wait is over.
        this.waitSince(clock.monotonicMs() + report.waitMs);
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
