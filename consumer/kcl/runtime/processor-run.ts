import type { Clock, Random } from '../clock';
import type { BackoffOptions } from '../decisions/backoff';
import { SHARD_END } from '../decisions/position';
import type { Shard, StartWord } from '../decisions/shard-graph';
import { KclError } from '../errors';
import type { Emit, KclEvent, ReleaseReason } from '../events';
import type { LeaseStore } from '../ports/lease-store';
import type { ReadReport, ReadResult, ShardReader, ShardSource } from '../ports/shard-source';
import type { ShardProcessor, ShardProcessorFactory } from '../shard-processor';
import { untilAborted } from './abort';
import { ShardCheckpointer } from './checkpointer';
import type { OwnedLease } from './owned-lease';
import type { ReadAheadBudget } from './read-ahead-budget';
import { retrying } from './retry';
import { recordChildren } from './shard-end';

export interface ShardConsumerProps {
  readonly store: LeaseStore;
  readonly source: ShardSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly factory: ShardProcessorFactory;
  readonly start: StartWord;
  readonly budget: ReadAheadBudget;
  readonly readerStallTimeMs: number;
  readonly maxProcessorFailures: number;
}

/** How the work on a shard came to its end. */
export type ConsumerEnd =
  | { readonly kind: 'ended'; readonly childShardIds: readonly string[] }
  /** Released before its end, or lost. */
  | { readonly kind: 'released'; readonly reason: ReleaseReason }
  | { readonly kind: 'lost' }
  /** The whole worker cannot go on. */
  | { readonly kind: 'fatal'; readonly error: KclError };

type ProcessorCall = Extract<KclEvent, { type: 'processor-failed' }>['during'];

/** What one run of a processor over the shard came to. */
type RunEnd = ConsumerEnd | { readonly kind: 'failed'; readonly during: ProcessorCall; readonly error: unknown };

/** Carries a processor's error to the one place that deals with it. */
class ProcessorFailure extends Error {
  constructor(
    readonly during: ProcessorCall,
    readonly error: unknown,
  ) {
    super(`the processor failed during ${during}`);
  }
}

const shardEndBackoff: BackoffOptions = { firstMs: 200, maxMs: 5000 };

/** One processor's life, from its creation at the checkpoint on. */
export class ProcessorRun {
  private readonly stop = new AbortController();
  private readonly reading: AbortSignal;
  private readonly checkpointer: ShardCheckpointer;
  private readonly shardId: string;

  constructor(
    private readonly props: ShardConsumerProps,
    private readonly owned: OwnedLease,
    draining: AbortSignal,
    /** Tells when the read under way showed life last; undefined when none is under way. */
    private readonly onReading: (sinceMs: number | undefined) => void,
  ) {
    this.shardId = owned.lease.leaseKey;
    this.checkpointer = new ShardCheckpointer(owned, props.emit);
    this.reading = AbortSignal.any([this.stop.signal, owned.signal, draining]);
  }

  get checkpointsStored(): number {
    return this.checkpointer.stored;
  }

  async work(): Promise<RunEnd> {
    let processor: ShardProcessor | undefined;
    try {
      const context = {
        shardId: this.shardId,
        startAfter: this.owned.lease.checkpoint.sequenceNumber,
        checkpointer: this.checkpointer,
        signal: AbortSignal.any([this.stop.signal, this.owned.signal]),
      };
      const created = await this.call('create', async () => this.props.factory(context));
      processor = created;
      const last = await this.consume(created);
      if (!this.owned.verify()) {
        await this.call('leaseLost', async () => created.leaseLost());
        return { kind: 'lost' };
      }
      if (last !== 'drained') {
        return await this.finish(created, last);
      }
      await this.call('handOver', () => created.handOver());
      return { kind: 'released', reason: 'worker-stopped' };
    } catch (error: unknown) {
      return await this.failed(error, processor);
    } finally {
      this.checkpointer.close();
      this.stop.abort();
    }
  }

  /** Until the end of the shard, which gives its children, until it is found to be gone, or until told to stop. */
  private async consume(processor: ShardProcessor): Promise<readonly Shard[] | 'gone' | 'drained'> {
    const { budget, emit, source } = this.props;
    const reader = source.open({
      shardId: this.shardId,
      startAfter: this.owned.lease.checkpoint,
      report: (report) => this.onReport(report),
    });
    let read = this.read(reader);
    let unreserve: (() => void) | undefined;
    try {
      for (;;) {
        const result = await untilAborted(read, this.reading);
        unreserve?.();
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
        unreserve = budget.reserve(result.bytes);
        const ahead = unreserve === undefined ? undefined : this.read(reader);
        await this.process(processor, result);
        read = ahead ?? this.read(reader);
      }
    } finally {
      unreserve?.();
      this.onReading(undefined);
    }
  }

  private read(reader: ShardReader): Promise<ReadResult> {
    this.onReading(this.props.clock.monotonicMs());
    const read = reader.read(this.reading).finally(() => this.onReading(undefined));
    // Looked at after the batch before it; until then a rejection is not unhandled, only early.
    read.catch(() => undefined);
    return read;
  }

  private async process(processor: ShardProcessor, { batch, bytes }: Extract<ReadResult, { kind: 'records' }>): Promise<void> {
    const { clock, emit } = this.props;
    const startedMs = clock.monotonicMs();
    const last = batch.records.at(-1);
    if (last === undefined) {
      await this.call('idle', async () => processor.idle?.());
    } else {
      this.checkpointer.give(last);
      await this.call('process', () => processor.process(batch));
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

  /** The shard gives nothing more: its children get their leases, and then it is closed for good. */
  private async finish(processor: ShardProcessor, named: readonly Shard[] | 'gone'): Promise<RunEnd> {
    const { clock, emit, random } = this.props;
    await this.call('shardEnded', () => processor.shardEnded());
    this.checkpointer.close();
    const { lease } = this.owned;
    const children = await retrying(() => recordChildren(this.props, lease, named, !this.checkpointer.hasGiven), {
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

  private async failed(error: unknown, processor: ShardProcessor | undefined): Promise<RunEnd> {
    if (error instanceof KclError) {
      return { kind: 'fatal', error };
    }
    if (error instanceof ProcessorFailure) {
      // A processor that fails because its signal was aborted has done what it was asked to.
      if (!this.owned.held && error.during !== 'leaseLost') {
        await this.tellLost(processor);
        return { kind: 'lost' };
      }
      return { kind: 'failed', during: error.during, error: error.error };
    }
    // The reader's own errors are dealt with inside it, so this is a fault of a kind nobody foresaw: treated as the processor's.
    return { kind: 'failed', during: 'process', error };
  }

  private async tellLost(processor: ShardProcessor | undefined): Promise<void> {
    try {
      processor?.leaseLost();
    } catch (error: unknown) {
      this.props.emit({ type: 'processor-failed', shardId: this.shardId, during: 'leaseLost', error, waitMs: undefined });
    }
  }

  private async call<T>(during: ProcessorCall, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error: unknown) {
      throw new ProcessorFailure(during, error);
    }
  }

  private onReport(report: ReadReport): void {
    const { clock, emit } = this.props;
    switch (report.kind) {
      case 'throttled':
        // The service is there and so is the reader; its time counts again when the wait is over.
        this.onReading(clock.monotonicMs() + report.waitMs);
        emit({ type: 'throttled', shardId: this.shardId, waitMs: report.waitMs });
        return;
      case 'iterator-expired':
        emit({ type: 'iterator-expired', shardId: this.shardId });
        return;
      case 'read-failed':
        emit({ type: 'read-failed', shardId: this.shardId, error: report.error, waitMs: report.waitMs });
    }
  }
}
