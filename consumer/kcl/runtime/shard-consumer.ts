import type { Clock, Random } from '../clock';
import { backoffMs, type BackoffOptions } from '../decisions/backoff';
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

const processorBackoff: BackoffOptions = { firstMs: 500, maxMs: 30_000 };
const shardEndBackoff: BackoffOptions = { firstMs: 200, maxMs: 5000 };

/**
 * Works on one shard from the moment its lease is taken until it is lost, released or at its end: reads, gives batches to the user's
 * processor one at a time, at most one batch ahead, and starts again at the checkpoint when the processor fails.
 */
export class ShardConsumer {
  readonly shardId: string;
  /** Settles when nothing of this shard runs any more; never rejects. */
  readonly done: Promise<ConsumerEnd>;
  private readonly draining = new AbortController();
  /** When the read that is under way began or last showed life; undefined between reads. */
  private readingSinceMs: number | undefined;
  private stalled = false;

  constructor(
    private readonly props: ShardConsumerProps,
    readonly owned: OwnedLease,
  ) {
    this.shardId = owned.lease.leaseKey;
    this.done = this.work();
  }

  /** Stops reading, lets the processor finish and hand over, then releases the lease. */
  drain(): void {
    this.draining.abort();
  }

  /**
   * Keeps the lease, if the work goes on. A reader that is stuck must not hold its shard for ever: its lease is given away, so that
   * it can start afresh, here or elsewhere. It is not renewed meanwhile, so what is in flight has one failover time to finish.
   */
  async renew(intervalMs: number): Promise<void> {
    const { clock, emit, readerStallTimeMs } = this.props;
    const stalledMs = this.readingSinceMs === undefined ? 0 : clock.monotonicMs() - this.readingSinceMs;
    if (stalledMs >= readerStallTimeMs && !this.stalled && this.owned.held) {
      this.stalled = true;
      emit({ type: 'reader-stalled', shardId: this.shardId, stalledMs });
      this.drain();
    }
    if (!this.stalled) {
      await this.owned.renew(intervalMs);
    }
  }

  private async work(): Promise<ConsumerEnd> {
    const { clock, emit, maxProcessorFailures, random } = this.props;
    emit({ type: 'shard-started', shardId: this.shardId, startAfter: this.owned.lease.checkpoint });
    for (let failures = 0; ;) {
      const run = new ProcessorRun(this.props, this.owned, this.draining.signal, (sinceMs) => (this.readingSinceMs = sinceMs));
      const end = await run.work();
      this.readingSinceMs = undefined;
      if (end.kind !== 'failed') {
        return end.kind === 'released' ? this.release(this.stalled ? 'reader-stalled' : end.reason) : end;
      }
      failures = run.checkpointsStored > 0 ? 1 : failures + 1;
      const giveUp = failures >= maxProcessorFailures || !this.owned.held || this.isDraining();
      const waitMs = giveUp ? undefined : backoffMs(failures - 1, processorBackoff, random);
      emit({ type: 'processor-failed', shardId: this.shardId, during: end.during, error: end.error, waitMs });
      if (waitMs !== undefined) {
        await clock.sleep(waitMs, AbortSignal.any([this.owned.signal, this.draining.signal]));
      }
      if (!this.owned.held) {
        return { kind: 'lost' };
      }
      if (giveUp || this.isDraining()) {
        return this.release(failures >= maxProcessorFailures ? 'processor-failing' : 'worker-stopped');
      }
    }
  }

  /** A method, since it changes while others are awaited. */
  private isDraining(): boolean {
    return this.draining.signal.aborted;
  }

  private async release(reason: ReleaseReason): Promise<ConsumerEnd> {
    if ((await this.owned.release()) === 'lost') {
      return { kind: 'lost' };
    }
    this.props.emit({ type: 'lease-released', shardId: this.shardId, reason });
    return { kind: 'released', reason };
  }
}

/** One processor's life, from its creation at the checkpoint on. */
class ProcessorRun {
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
        this.onReading(clock.monotonicMs());
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
