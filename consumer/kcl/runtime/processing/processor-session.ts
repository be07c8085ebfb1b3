import type { Clock } from '../../clock';
import { comparePositions, LATEST, positionOf, type Position } from '../../decisions/position';
import { KclError } from '../../errors';
import type { Emit, ProcessorCall, ReleaseReason } from '../../events';
import type { ShardProcessor, ShardProcessorFactory } from '../../shard-processor';
import { ShardCheckpointer } from './checkpointer';
import type { OwnedLease } from '../leasing/owned-lease';
import type { ShardVitals } from '../reading/shard-vitals';
import type { SizedBatch } from '../reading/user-records';

export interface ProcessorSessionProps {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly factory: ShardProcessorFactory;
}

/** How the work on a shard came to its end. */
export type ConsumerEnd =
  | { readonly kind: 'ended'; readonly childShardIds: readonly string[] }
  /** Released before its end, or lost. */
  | { readonly kind: 'released'; readonly reason: ReleaseReason }
  | { readonly kind: 'lost' }
  /** The whole worker cannot go on. */
  | { readonly kind: 'fatal'; readonly error: unknown };

/** A processor that failed is thrown away. */
export interface FailedRun {
  readonly kind: 'failed';
  readonly during: ProcessorCall;
  readonly error: unknown;
  /** The last record that it was given and had not checkpointed; undefined when there is none, so that none can be at fault. */
  readonly given: Position | undefined;
  /** Trying again here makes no sense. */
  readonly final?: boolean;
}

/** Carries a processor's error to the one place that deals with it. */
class ProcessorFailure extends Error {
  constructor(
    readonly during: ProcessorCall,
    readonly error: unknown,
  ) {
    super(`the processor failed during ${during}`);
  }
}

/** The life of one processor, from its creation at the checkpoint on. Once it has failed it is closed and never used again. */
export class ProcessorSession {
  readonly checkpointer: ShardCheckpointer;
  private readonly over = new AbortController();
  private readonly shardId: string;
  private processor: ShardProcessor | undefined;
  private lastGiven: Position | undefined;

  constructor(
    private readonly props: ProcessorSessionProps,
    private readonly owned: OwnedLease,
    private readonly vitals: ShardVitals,
  ) {
    this.shardId = owned.lease.leaseKey;
    this.checkpointer = new ShardCheckpointer(owned, props.emit);
  }

  /** Aborted when the processor's time is over. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  async create(): Promise<void> {
    const { checkpointer, shardId } = this;
    const { sequenceNumber: startAfter, subSequenceNumber: startAfterSubSequenceNumber } = this.owned.lease.checkpoint;
    const signal = AbortSignal.any([this.over.signal, this.owned.signal]);
    const fencingToken = this.owned.fencingToken();
    const confirmLease = (): Promise<'held' | 'lost'> => this.owned.confirm();
    const context = { shardId, startAfter, startAfterSubSequenceNumber, fencingToken, confirmLease, checkpointer, signal };
    this.processor = await this.call('create', async () => this.props.factory(context));
  }

  /** Gives it a batch, or tells it that there is none. */
  async process({ batch, bytes }: SizedBatch): Promise<void> {
    const { clock, emit } = this.props;
    const startedMs = clock.monotonicMs();
    const last = batch.records.at(-1);
    if (last === undefined) {
      await this.call('idle', async () => this.processor?.idle?.());
    } else {
      this.checkpointer.give(last);
      this.lastGiven = positionOf(last);
      const overtaken = this.owned.watermark.given(batch.records);
      // A reader that has lost its iterator at LATEST begins again a little earlier: with records that nobody had asked for.
      if (overtaken !== undefined && this.owned.lease.checkpoint.sequenceNumber !== LATEST.sequenceNumber) {
        emit({ type: 'watermark-overtaken', shardId: this.shardId, ...overtaken });
      }
      await this.call('process', async () => this.processor?.process(batch));
    }
    emit({
      type: 'batch-processed',
      shardId: this.shardId,
      records: batch.records.length,
      bytes,
      millisBehindLatest: batch.millisBehindLatest,
      durationMs: clock.monotonicMs() - startedMs,
    });
  }

  async shardEnded(): Promise<void> {
    await this.call('shardEnded', async () => this.processor?.shardEnded());
  }

  async handOver(): Promise<void> {
    await this.call('handOver', async () => this.processor?.handOver());
  }

  async leaseLost(): Promise<void> {
    await this.call('leaseLost', async () => this.processor?.leaseLost());
  }

  /** What an error that came out of this session means. */
  failed(error: unknown): ConsumerEnd | FailedRun {
    if (!(error instanceof ProcessorFailure)) {
      return failedReading(error);
    }
    // A processor that fails because its signal was aborted has done what it was asked to.
    if (!this.owned.held && error.during !== 'leaseLost') {
      this.tellLost();
      return { kind: 'lost' };
    }
    return { kind: 'failed', during: error.during, error: error.error, given: this.unfinished };
  }

  close(): void {
    this.checkpointer.close();
    this.over.abort();
  }

  private get unfinished(): Position | undefined {
    const { lastGiven } = this;
    return lastGiven !== undefined && comparePositions(lastGiven, this.owned.lease.checkpoint) > 0 ? lastGiven : undefined;
  }

  private tellLost(): void {
    try {
      this.processor?.leaseLost();
    } catch (error: unknown) {
      this.props.emit({ type: 'processor-failed', shardId: this.shardId, during: 'leaseLost', error, waitMs: undefined });
    }
  }

  private async call<T>(during: ProcessorCall, call: () => Promise<T>): Promise<T> {
    try {
      return await this.vitals.during(during, this.props.clock.monotonicMs(), call);
    } catch (error: unknown) {
      throw new ProcessorFailure(during, error);
    }
  }
}

/** What an error means that does not come from a processor. */
export function failedReading(error: unknown): ConsumerEnd | FailedRun {
  // The reader's own errors are dealt with inside it, so others are faults of a kind nobody foresaw: treated as the processor's.
  return error instanceof KclError ? { kind: 'fatal', error } : { kind: 'failed', during: 'process', error, given: undefined };
}
