import type { Clock, Random } from '../../clock';
import type { BackoffOptions } from '../../decisions/backoff';
import { SHARD_END } from '../../decisions/position';
import type { Shard, StartWord } from '../../decisions/shard-graph';
import type { Emit } from '../../events';
import type { LeaseStore } from '../../ports/lease-store';
import type { ShardSource } from '../../ports/shard-source';
import { untilAborted } from '../abort';
import type { MemoryBudget } from '../reading/memory-budget';
import type { OwnedLease } from '../leasing/owned-lease';
import { ProcessorSession, type ConsumerEnd, type FailedRun, type ProcessorSessionProps } from './processor-session';
import { retrying } from '../retry';
import { recordChildren } from '../leasing/shard-end';
import { ShardReading } from '../reading/shard-reading';
import type { ShardVitals } from '../reading/shard-vitals';

export interface ProcessorRunProps extends ProcessorSessionProps {
  readonly store: LeaseStore;
  readonly source: ShardSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly start: StartWord;
  readonly budget: MemoryBudget;
  readonly settings: { readonly maxRecordsPerRead: number };
}

const shardEndBackoff: BackoffOptions = { firstMs: 200, maxMs: 5000 };

/** Works on a shard with one processor, from the checkpoint on: a batch at a time, while the next one is read. */
export class ProcessorRun {
  private readonly session: ProcessorSession;
  private readonly reading: AbortSignal;
  private readonly shardId: string;

  constructor(
    private readonly props: ProcessorRunProps,
    private readonly owned: OwnedLease,
    draining: AbortSignal,
    private readonly vitals: ShardVitals,
  ) {
    this.shardId = owned.lease.leaseKey;
    this.session = new ProcessorSession(props, owned, vitals);
    this.reading = AbortSignal.any([this.session.signal, owned.signal, draining]);
  }

  get checkpointsStored(): number {
    return this.session.checkpointer.stored;
  }

  async work(): Promise<ConsumerEnd | FailedRun> {
    const { session } = this;
    try {
      await session.create();
      const last = await this.consume();
      if (!this.owned.verify()) {
        await session.leaseLost();
        return { kind: 'lost' };
      }
      if (last !== 'drained') {
        return await this.finish(last);
      }
      await session.handOver();
      return { kind: 'released', reason: 'worker-stopped' };
    } catch (error: unknown) {
      return session.failed(error);
    } finally {
      session.close();
    }
  }

  /** Until the end of the shard, which gives its children, until it is found to be gone, or until told to stop. */
  private async consume(): Promise<readonly Shard[] | 'gone' | 'drained'> {
    const { emit, settings } = this.props;
    const maxRecordsPerBatch = settings.maxRecordsPerRead;
    const reading = new ShardReading({ ...this.props, maxRecordsPerBatch }, this.owned, this.vitals, this.reading);
    try {
      for (let read = early(reading.read()); ;) {
        const result = await untilAborted(read, this.reading);
        if (result === 'aborted' || !this.owned.verify()) {
          return 'drained';
        }
        if (result.kind === 'gone') {
          emit({ type: 'shard-gone', shardId: this.shardId, checkpoint: this.owned.lease.checkpoint });
          return 'gone';
        }
        if (result.kind === 'end') {
          return result.children;
        }
        // Everything of the reads before this one has been given.
        this.owned.watermark.tip(this.session.checkpointer.givenThrough, result.completeBeforeMs);
        read = early(reading.read());
        for (const part of reading.open(result)) {
          if (this.reading.aborted) {
            return 'drained';
          }
          await this.session.process(part);
        }
        result.reservation?.release();
      }
    } finally {
      reading.close();
    }
  }

  /** The shard gives nothing more: its children get their leases, and then it is closed for good. */
  private async finish(named: readonly Shard[] | 'gone'): Promise<ConsumerEnd> {
    const { clock, emit, random } = this.props;
    const { checkpointer } = this.session;
    await this.session.shardEnded();
    checkpointer.close();
    const { lease } = this.owned;
    const children = await retrying(() => recordChildren(this.props, lease, named, !checkpointer.hasGiven), {
      clock,
      random,
      backoff: shardEndBackoff,
      signal: this.owned.signal,
      onFailure: (error, waitMs) => emit({ type: 'shard-end-failed', shardId: this.shardId, error, waitMs }),
    });
    if (children === 'aborted' || (await this.owned.checkpoint(SHARD_END)) === 'lost') {
      return { kind: 'lost' };
    }
    emit({ type: 'checkpoint-stored', shardId: this.shardId, position: SHARD_END });
    emit({ type: 'shard-ended', shardId: this.shardId, childShardIds: children });
    // Whether this works or not, the shard is done: an ended lease is nobody's work.
    if ((await this.owned.release()) === 'ok') {
      emit({ type: 'lease-released', shardId: this.shardId, reason: 'shard-ended' });
    }
    return { kind: 'ended', childShardIds: children };
  }
}

/** It is looked at after the batch before it; until then a rejection is not unhandled, only early. */
function early<T>(read: Promise<T>): Promise<T> {
  read.catch(() => undefined);
  return read;
}
