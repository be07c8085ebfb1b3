import { backoffMs, type BackoffOptions } from '../decisions/backoff';
import type { ReleaseReason } from '../events';
import type { OwnedLease } from './owned-lease';
import { ProcessorRun, type ConsumerEnd, type ShardConsumerProps } from './processor-run';

const processorBackoff: BackoffOptions = { firstMs: 500, maxMs: 30_000 };

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
