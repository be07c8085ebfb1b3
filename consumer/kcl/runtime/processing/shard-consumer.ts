import { backoffMs, type BackoffOptions } from '../../decisions/backoff';
import { startIsolation, type Isolation, type NamedRecord } from '../../decisions/isolation';
import { comparePositions } from '../../decisions/position';
import type { ReleaseReason } from '../../events';
import { RecordError } from '../../record-failure';
import { IsolationRun, type IsolationEnd, type IsolationProps } from './isolation-run';
import type { OwnedLease } from '../leasing/owned-lease';
import { ProcessorRun } from './processor-run';
import type { ConsumerEnd, FailedRun } from './processor-session';
import { ShardVitals } from '../reading/shard-vitals';

export interface ShardConsumerProps extends IsolationProps {
  readonly settings: IsolationProps['settings'] & {
    readonly readerStallTimeMs: number;
    readonly processorSlowTimeMs: number;
    readonly maxProcessorFailures: number;
  };
}

const processorBackoff: BackoffOptions = { firstMs: 500, maxMs: 30_000 };

/** So often a batch is tried as a whole before the record at fault is looked for. */
const failuresBeforeIsolation = 2;

/**
 * Works on one shard from the moment its lease is taken until it is lost, released or at its end: reads, gives batches to the user's
 * processor one at a time, at most one batch ahead, and starts again at the checkpoint when the processor fails. When it fails on a
 * record, that record is found and given up, unless the policy is to stop the shard.
 */
export class ShardConsumer {
  readonly shardId: string;
  /** Settles when nothing of this shard runs any more; never rejects. */
  readonly done: Promise<ConsumerEnd>;
  private readonly draining = new AbortController();
  private readonly vitals = new ShardVitals();
  private stalled = false;
  /** Why it drains, unless something else comes first. */
  private drainReason: ReleaseReason = 'worker-stopped';
  /** Runs that failed in a row without a checkpoint. */
  private failures = 0;

  constructor(
    private readonly props: ShardConsumerProps,
    readonly owned: OwnedLease,
  ) {
    this.shardId = owned.lease.leaseKey;
    this.done = this.work().catch((error: unknown) => ({ kind: 'fatal', error }) as const);
  }

  /** Stops reading, lets the processor finish and hand over, then releases the lease. */
  drain(reason: ReleaseReason = 'worker-stopped'): void {
    if (!this.isDraining()) {
      this.drainReason = reason;
      this.draining.abort();
    }
  }

  /**
   * Keeps the lease, if the work goes on. A reader that is stuck must not hold its shard for ever: its lease is given away, so that
   * it can start afresh, here or elsewhere. It is not renewed meanwhile, so what is in flight has one failover time to finish.
   */
  async renew(intervalMs: number): Promise<void> {
    this.watchReader();
    this.watchProcessor();
    if (!this.stalled) {
      await this.owned.renew(intervalMs);
    }
  }

  private watchReader(): void {
    const { clock, emit, settings } = this.props;
    const { readingSinceMs } = this.vitals;
    const stalledMs = readingSinceMs === undefined ? 0 : clock.monotonicMs() - readingSinceMs;
    if (stalledMs >= settings.readerStallTimeMs && !this.stalled && this.owned.held) {
      this.stalled = true;
      emit({ type: 'reader-stalled', shardId: this.shardId, stalledMs });
      this.drain();
    }
  }

  private watchProcessor(): void {
    const { clock, emit, settings } = this.props;
    const { call } = this.vitals;
    const nowMs = clock.monotonicMs();
    if (call !== undefined && nowMs - call.toldMs >= settings.processorSlowTimeMs) {
      call.toldMs = nowMs;
      emit({ type: 'processor-slow', shardId: this.shardId, during: call.during, pendingMs: nowMs - call.sinceMs });
    }
  }

  private async work(): Promise<ConsumerEnd> {
    this.props.emit({ type: 'shard-started', shardId: this.shardId, startAfter: this.owned.lease.checkpoint });
    for (let isolation: Isolation | undefined; ;) {
      const end = await this.run(isolation);
      if (end.kind === 'released') {
        return this.release(this.stalled ? 'reader-stalled' : end.reason);
      }
      if (end.kind === 'cleared') {
        isolation = undefined;
        this.failures = 0;
      } else if (end.kind === 'failed') {
        // Failing while records are isolated points at something else than records.
        const next = isolation === undefined ? this.isolationAfter(end) : undefined;
        const over = await this.outwait(end, next !== undefined);
        if (over !== undefined) {
          return over;
        }
        isolation = next;
      } else {
        if (end.kind === 'fatal') {
          await this.release('worker-stopped');
        }
        return end;
      }
    }
  }

  /** One run, as usual or to find the records at fault. */
  private async run(isolation: Isolation | undefined): Promise<IsolationEnd> {
    const { props, owned, draining, vitals } = this;
    if (isolation !== undefined) {
      const end = await new IsolationRun(props, owned, draining.signal, vitals, isolation).work();
      this.failures += end.kind === 'failed' ? 1 : 0;
      return end;
    }
    const run = new ProcessorRun(props, owned, draining.signal, vitals);
    const end = await run.work();
    this.failures = run.checkpointsStored > 0 ? 1 : this.failures + 1;
    return end;
  }

  /** Whether the failure is to be blamed on a record, which is then looked for. */
  private isolationAfter({ error, given }: FailedRun): Isolation | undefined {
    const { recordFailures, settings } = this.props;
    if (recordFailures.policy === 'stop-shard' || given === undefined) {
      return undefined;
    }
    const named = this.named(error, given);
    const enough = this.failures >= Math.min(failuresBeforeIsolation, settings.maxProcessorFailures);
    return named !== undefined || enough ? startIsolation(given, named) : undefined;
  }

  private named(error: unknown, given: NamedRecord['position']): NamedRecord | undefined {
    if (!(error instanceof RecordError)) {
      return undefined;
    }
    const { reason, record: position } = error;
    const known = comparePositions(position, given) <= 0 && comparePositions(position, this.owned.lease.checkpoint) > 0;
    return known ? { position, reason, error } : undefined;
  }

  /** Waits before the shard starts again at its checkpoint; how it ends, if it does not. */
  private async outwait({ during, error, final }: FailedRun, isolates: boolean): Promise<ConsumerEnd | undefined> {
    const { clock, emit, random, settings } = this.props;
    const often = final === true || (!isolates && this.failures >= settings.maxProcessorFailures);
    const giveUp = often || !this.owned.held || this.isDraining();
    const waitMs = giveUp ? undefined : isolates ? 0 : backoffMs(this.failures - 1, processorBackoff, random);
    emit({ type: 'processor-failed', shardId: this.shardId, during, error, waitMs });
    if (waitMs !== undefined) {
      await clock.sleep(waitMs, AbortSignal.any([this.owned.signal, this.draining.signal]));
    }
    if (!this.owned.held) {
      return { kind: 'lost' };
    }
    return giveUp || this.isDraining() ? this.release(often ? 'processor-failing' : 'worker-stopped') : undefined;
  }

  /** A method, since it changes while others are awaited. */
  private isDraining(): boolean {
    return this.draining.signal.aborted;
  }

  private async release(why: ReleaseReason): Promise<ConsumerEnd> {
    const reason = why === 'worker-stopped' ? this.drainReason : why;
    if ((await this.owned.release()) === 'lost') {
      return { kind: 'lost' };
    }
    this.props.emit({ type: 'lease-released', shardId: this.shardId, reason });
    return { kind: 'released', reason };
  }
}
