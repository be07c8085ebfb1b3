import { backoffMs, type BackoffOptions } from '../../decisions/backoff';
import {
  afterFailure,
  afterGivingUp,
  afterPart,
  isCleared,
  partSize,
  withoutPassed,
  type Isolation,
  type NamedRecord,
} from '../../decisions/isolation';
import { comparePositions } from '../../decisions/position';
import { errorName } from '../../errors';
import { dataBytes, type KinesisRecord } from '../../record';
import { RecordError } from '../../record-failure';
import { untilAborted } from '../abort';
import { GivenUpRecords, type RecordFailures } from './given-up-records';
import type { OwnedLease } from '../leasing/owned-lease';
import type { ProcessorRunProps } from './processor-run';
import { failedReading, ProcessorSession, type ConsumerEnd, type FailedRun } from './processor-session';
import { ShardReading, type HeldRead } from '../reading/shard-reading';
import type { ShardVitals } from '../reading/shard-vitals';
import type { SizedBatch } from '../reading/user-records';

export interface IsolationProps extends ProcessorRunProps {
  readonly recordFailures: RecordFailures;
  readonly settings: {
    readonly maxRecordsPerRead: number;
    readonly maxRecordAttempts: number;
    readonly maxFailedRecordsInRow: number;
  };
}

/** `cleared`: every record that might have been at fault is dealt with; the work goes on as usual. */
export type IsolationEnd = ConsumerEnd | FailedRun | { readonly kind: 'cleared' };

/** Between parts, while they get smaller. */
const divideBackoff: BackoffOptions = { firstMs: 200, maxMs: 200 };
/** Between tries of one record. */
const retryBackoff: BackoffOptions = { firstMs: 500, maxMs: 30_000 };

/** Deals with the records after the checkpoint part by part, until those at fault are found and given up. See `decisions/isolation`. */
export class IsolationRun {
  private readonly over = new AbortController();
  private readonly reading: AbortSignal;
  private readonly shardId: string;
  private readonly givenUp: GivenUpRecords;
  /** Read and not yet dealt with, the first after the checkpoint first. */
  private pending: readonly KinesisRecord[] = [];
  private millisBehindLatest = 0;

  constructor(
    private readonly props: IsolationProps,
    private readonly owned: OwnedLease,
    draining: AbortSignal,
    private readonly vitals: ShardVitals,
    private isolation: Isolation,
  ) {
    this.shardId = owned.lease.leaseKey;
    this.reading = AbortSignal.any([this.over.signal, owned.signal, draining]);
    this.givenUp = new GivenUpRecords(props, owned, draining, vitals);
  }

  async work(): Promise<IsolationEnd> {
    const maxRecordsPerBatch = this.props.settings.maxRecordsPerRead;
    const reading = new ShardReading({ ...this.props, maxRecordsPerBatch }, this.owned, this.vitals, this.reading);
    try {
      for (;;) {
        const read = await untilAborted(reading.read(), this.reading);
        if (read === 'aborted' || !this.owned.verify()) {
          return this.interrupted();
        }
        const end = await this.takeRead(reading, read);
        if (end !== undefined) {
          return end;
        }
      }
    } catch (error: unknown) {
      return failedReading(error);
    } finally {
      this.over.abort();
      reading.close();
    }
  }

  /** What a read gave, to its end; undefined when there may be more to clear after it. */
  private async takeRead(reading: ShardReading, read: HeldRead): Promise<IsolationEnd | undefined> {
    if (read.kind !== 'records') {
      // The usual work finds the same, and knows what to do.
      return { kind: 'cleared' };
    }
    for (const part of reading.open(read)) {
      this.pending = part.batch.records;
      this.millisBehindLatest = part.batch.millisBehindLatest;
      const end = await this.clear();
      if (end !== undefined) {
        return end;
      }
    }
    read.reservation?.release();
    const atTip = read.batch.records.length === 0 && read.batch.millisBehindLatest <= 0;
    return atTip ? { kind: 'cleared' } : undefined;
  }

  /** Deals with what is pending; undefined when all of it is. */
  private async clear(): Promise<IsolationEnd | undefined> {
    for (;;) {
      if (this.reading.aborted || !this.owned.verify()) {
        return this.interrupted();
      }
      const { checkpoint } = this.owned.lease;
      const first = this.pending.findIndex((record) => comparePositions(record, checkpoint) > 0);
      this.pending = first < 0 ? [] : this.pending.slice(first);
      const next = this.pending[0];
      if (isCleared(this.isolation, checkpoint, next)) {
        return { kind: 'cleared' };
      }
      if (next === undefined) {
        return undefined;
      }
      this.isolation = withoutPassed(this.isolation, next);
      const size = partSize(this.isolation, this.pending);
      const end = size === 0 ? await this.giveUpNamed(next) : await this.tryPart(this.pending.slice(0, size));
      if (end !== undefined) {
        return end;
      }
    }
  }

  /** Gives a part to a processor of its own, which must finish it. */
  private async tryPart(records: readonly KinesisRecord[]): Promise<IsolationEnd | undefined> {
    const before = this.owned.lease.checkpoint;
    const session = new ProcessorSession(this.props, this.owned, this.vitals);
    try {
      await session.create();
      await session.process(this.sized(records));
      await session.handOver();
      if (!this.owned.verify()) {
        await session.leaseLost();
        return { kind: 'lost' };
      }
      const last = records.at(-1) as KinesisRecord;
      if (comparePositions(last, this.owned.lease.checkpoint) > 0) {
        // It has finished everything that it was given, so this is true even if it did not say so.
        await session.checkpointer.checkpoint(last);
      }
      this.isolation = afterPart(this.isolation, records.length);
      return undefined;
    } catch (error: unknown) {
      const end = session.failed(error);
      if (end.kind !== 'failed' || end.during === 'create' || end.during === 'leaseLost') {
        return end;
      }
      const advanced = comparePositions(this.owned.lease.checkpoint, before) > 0;
      return await this.partFailed(records, end, advanced);
    } finally {
      session.close();
    }
  }

  private async partFailed(
    records: readonly KinesisRecord[],
    end: FailedRun,
    advanced: boolean,
  ): Promise<IsolationEnd | undefined> {
    const { emit, random, settings } = this.props;
    const { error } = end;
    const named = nameIn(records, error);
    const { isolation, verdict } = afterFailure(
      this.isolation,
      { size: records.length, advanced, named },
      settings.maxRecordAttempts,
    );
    this.isolation = isolation;
    const [record] = records as [KinesisRecord];
    switch (verdict) {
      case 'named':
        return undefined;
      case 'divided': {
        const waitMs = backoffMs(0, divideBackoff, random);
        emit({ type: 'records-divided', shardId: this.shardId, records: isolation.window, error, waitMs });
        return this.pause(waitMs);
      }
      case 'retry': {
        const waitMs = backoffMs(Math.max(0, isolation.attempts - 1), retryBackoff, random);
        const { sequenceNumber, subSequenceNumber } = record;
        const { attempts } = isolation;
        emit({ type: 'record-retried', shardId: this.shardId, sequenceNumber, subSequenceNumber, attempts, error, waitMs });
        return this.pause(waitMs);
      }
      case 'give-up':
        if (isolation.givenUpInRow >= settings.maxFailedRecordsInRow) {
          return { ...end, final: true };
        }
        return this.giveUp(record, errorName(error), error, isolation.attempts);
    }
  }

  private async giveUpNamed(record: KinesisRecord): Promise<IsolationEnd | undefined> {
    const { named } = this.isolation;
    return named && (await this.giveUp(record, named.reason, named.error, 1));
  }

  private async giveUp(
    record: KinesisRecord,
    reason: string,
    error: unknown,
    attempts: number,
  ): Promise<IsolationEnd | undefined> {
    if ((await this.givenUp.settle({ shardId: this.shardId, record, reason, error, attempts })) === 'interrupted') {
      return this.interrupted();
    }
    this.isolation = afterGivingUp(this.isolation);
    return undefined;
  }

  private async pause(waitMs: number): Promise<undefined> {
    await this.props.clock.sleep(waitMs, this.reading);
  }

  private interrupted(): IsolationEnd {
    return this.owned.verify() ? { kind: 'released', reason: 'worker-stopped' } : { kind: 'lost' };
  }

  private sized(records: readonly KinesisRecord[]): SizedBatch {
    const { millisBehindLatest } = this;
    return { batch: { records, millisBehindLatest }, bytes: dataBytes(records) };
  }
}

/** The record among these that the processor names as the one at fault. */
export function nameIn(records: readonly KinesisRecord[], error: unknown): NamedRecord | undefined {
  if (!(error instanceof RecordError)) {
    return undefined;
  }
  const { reason, record: position } = error;
  return records.some((record) => comparePositions(record, position) === 0) ? { position, reason, error } : undefined;
}
