import type { Clock, Random } from '../../clock';
import { backoffMs, type BackoffOptions } from '../../decisions/backoff';
import { nextFencingToken } from '../../decisions/fencing-token';
import { isHandOff, requesterOf } from '../../decisions/hand-off';
import type { Lease, LeaseWrite } from '../../decisions/lease';
import type { Position } from '../../decisions/position';
import { settleWrite } from '../../decisions/settle-write';
import type { Emit, LossReason } from '../../events';
import type { LeaseStore } from '../../ports/lease-store';
import { untilAborted } from '../abort';
import { ArrivalWatermark } from './arrival-watermark';
import { settled } from './settled';

export interface OwnedLeaseProps {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly workerId: string;
  readonly failoverTimeMs: number;
  /** What the shard brings, to be told with the next write; undefined = not known yet. KiB a second. */
  readonly throughputKBps?: () => number | undefined;
  /** How far watermarks stay back; see `decisions/watermark.ts`. Milliseconds. */
  readonly watermarkMarginMs: number;
  /** Another worker has asked for the lease: it is to be released as soon as what is in flight is finished. Called once. */
  readonly onRequested?: () => void;
  /** Somebody asks this worker to look at the table. */
  readonly onWoken?: () => void;
}

/** A write of a worker that holds the lease. */
type HolderWrite = Extract<LeaseWrite, { readonly kind: 'renew' | 'checkpoint' | 'announce' | 'release' }>;

/** Between tries of a write without an answer. Short: the lease is running out meanwhile. */
const backoff: BackoffOptions = { firstMs: 100, maxMs: 1000 };

/**
 * A lease counts as lost this share of the failover time after the last write that succeeded was *sent*. The others cannot see it
 * expire before the whole failover time has passed since that write arrived, so the work stops first.
 */
export const holdShare = 0.9;

/**
 * A lease that this worker holds, and the one place that writes it. Writes of one lease run one after the other, because each builds
 * on the counter that the one before left.
 */
export class OwnedLease {
  /** How far the shard is complete; told with renewals and checkpoints. */
  readonly watermark: ArrivalWatermark;
  private readonly gone = new AbortController();
  private queue: Promise<unknown> = Promise.resolve();
  private queued = 0;
  private current: Lease;
  private lastWriteMs: number;
  private requestedMs: number | undefined;
  private lastToken: number | undefined;

  /** @param takenMs - monotonic time before the take was sent */
  constructor(
    private readonly props: OwnedLeaseProps,
    lease: Lease,
    takenMs: number,
  ) {
    this.current = lease;
    this.watermark = new ArrivalWatermark(props.watermarkMarginMs, lease.arrivalWatermarkMs);
    this.lastWriteMs = takenMs;
    void this.watch();
  }

  get lease(): Lease {
    return this.current;
  }

  /** Aborted once the lease is not ours any more: lost or released. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  get held(): boolean {
    return !this.gone.signal.aborted;
  }

  /** The worker that has asked for the lease; undefined when none has, or none any more. */
  get requester(): string | undefined {
    return requesterOf(this.current, this.props.workerId);
  }

  /** A token for a processor that is about to be made; higher each time. */
  fencingToken(): number {
    this.lastToken = nextFencingToken(this.current.counter, this.lastToken);
    return this.lastToken;
  }

  /** Whether there is time left; loses the lease when there is none, so that a process that was paused notices before it works on. */
  verify(): boolean {
    if (this.held && this.props.clock.monotonicMs() >= this.deadlineMs) {
      this.lose('expired');
    }
    return this.held;
  }

  /** Renews unless a write went through within the last half interval, or one is under way. */
  async renew(intervalMs: number): Promise<void> {
    if (this.queued === 0 && this.props.clock.monotonicMs() - this.lastWriteMs >= intervalMs / 2) {
      await this.write({ kind: 'renew' });
    }
  }

  /** Renews at once, to know whether the lease is still ours. */
  async confirm(): Promise<'held' | 'lost'> {
    return (await this.write({ kind: 'renew' })) === 'ok' ? 'held' : 'lost';
  }

  async checkpoint(position: Position): Promise<'stored' | 'lost'> {
    return (await this.write({ kind: 'checkpoint', position })) === 'ok' ? 'stored' : 'lost';
  }

  /** Offers the lease to the others, and goes on holding it. */
  async announce(): Promise<'ok' | 'lost'> {
    const result = await this.write({ kind: 'announce', owner: this.props.workerId });
    if (result === 'ok' && this.requester === undefined) {
      this.props.emit({ type: 'hand-off-announced', shardId: this.current.leaseKey });
    }
    return result;
  }

  /** Looks at the row as somebody has just read it, consistently: a request in it is noticed without waiting for the next write. */
  notice(row: Lease): void {
    // Only the step from what I wrote last to the request. Anything else is for the next write to judge.
    if (this.held && this.queued === 0 && row.counter === this.current.counter + 1 && isHandOff(row)) {
      if (requesterOf(row, this.props.workerId) !== undefined && this.current.owner === this.props.workerId) {
        this.become(row);
      }
    }
  }

  /** Gives the lease back: to the worker that has asked for it, or so that others may take it at once. */
  async release(): Promise<'ok' | 'lost'> {
    const result = await this.write({ kind: 'release', owner: this.props.workerId });
    this.gone.abort();
    return result;
  }

  /** From now on nothing is written, and whoever works on the shard hears of it. */
  lose(reason: LossReason): void {
    if (this.held) {
      this.gone.abort();
      this.props.emit({ type: 'lease-lost', shardId: this.current.leaseKey, reason });
    }
  }

  /**
   * Tells the work to give up and tries to give the lease back. Not in the queue, where a write may hang; should one be under
   * way, the counter refuses this one and the lease expires by itself.
   */
  async abandon(): Promise<void> {
    this.lose('abandoned');
    const release = { kind: 'release', owner: this.props.workerId } as const;
    const { store, workerId } = this.props;
    try {
      if ((await store.write(this.current, release)) === 'lost') {
        // A request may have come meanwhile: whoever asked need not wait for the lease to expire.
        const row = await store.get(this.current.leaseKey);
        if (row !== undefined && settleWrite(row, this.current, release, workerId) === 'again') {
          await store.write(row, release);
        }
      }
    } catch (error: unknown) {
      this.failed(release, error);
    }
  }

  /** Ends what still watches this lease; its work is over. */
  forget(): void {
    this.gone.abort();
  }

  private get deadlineMs(): number {
    return this.lastWriteMs + this.props.failoverTimeMs * holdShare;
  }

  private async watch(): Promise<void> {
    while (this.verify()) {
      await this.props.clock.sleep(Math.max(1, this.deadlineMs - this.props.clock.monotonicMs()), this.signal);
    }
  }

  private write(write: HolderWrite): Promise<'ok' | 'lost'> {
    this.queued += 1;
    const result = this.queue.then(() => this.writeUntilSettled(write)).finally(() => (this.queued -= 1));
    this.queue = result;
    return result;
  }

  /** Never rejects: a write either goes through, or the lease is lost, at the latest when its time is over. */
  private async writeUntilSettled(write: HolderWrite): Promise<'ok' | 'lost'> {
    const { clock, random, store, workerId } = this.props;
    const full = this.withFindings(write);
    // Of the first try on top of the row as it is now.
    let first: { readonly counter: number; readonly sentMs: number } | undefined;
    for (let failures = 0; this.verify(); failures += 1) {
      if (write.kind === 'announce' && this.requester !== undefined) {
        // Somebody was faster to ask than this worker to offer.
        return 'ok';
      }
      const sentMs = clock.monotonicMs();
      const seen = this.current;
      first = first?.counter === seen.counter ? first : { counter: seen.counter, sentMs };
      try {
        const attempt = settled(store, seen, full, workerId, (error) => this.failed(write, error));
        // A request that never answers must not outlive the lease.
        const outcome = await untilAborted(attempt, this.signal);
        if (outcome === 'aborted') {
          return 'lost';
        }
        if (outcome === 'lost') {
          this.lose('taken');
          return 'lost';
        }
        this.become(outcome.lease);
        if (outcome.applied) {
          // Judged by the row it may have been the first try that went through: the others have seen its counter since then.
          this.lastWriteMs = outcome.byReply ? sentMs : first.sentMs;
          this.completed(write, seen);
          return 'ok';
        }
        if (outcome.lease.counter > seen.counter) {
          // The row has moved on beneath the write, and is still ours: at once on top of it.
          continue;
        }
      } catch (error: unknown) {
        this.failed(write, error);
      }
      await clock.sleep(backoffMs(failures, backoff, random), this.signal);
    }
    return 'lost';
  }

  /** What the row says now; whoever has asked for the lease, or for a look at the table, is heard. */
  private become(lease: Lease): void {
    const woken = lease.wokenBy !== undefined && this.current.wokenBy === undefined;
    const { arrivalWatermarkMs } = this.current;
    this.current = lease;
    this.watermark.stored(lease.arrivalWatermarkMs);
    const { clock, emit, onRequested, onWoken } = this.props;
    if (lease.arrivalWatermarkMs !== undefined && lease.arrivalWatermarkMs !== arrivalWatermarkMs) {
      emit({ type: 'watermark-stored', shardId: lease.leaseKey, arrivalWatermarkMs: lease.arrivalWatermarkMs });
    }
    const requester = this.requester;
    if (requester !== undefined && this.requestedMs === undefined) {
      this.requestedMs = clock.monotonicMs();
      emit({ type: 'hand-off-accepted', shardId: lease.leaseKey, requester });
      onRequested?.();
    }
    if (woken) {
      onWoken?.();
    }
  }

  private completed(write: HolderWrite, seen: Lease): void {
    const { clock, emit, workerId } = this.props;
    const peer = requesterOf(seen, workerId);
    if (write.kind === 'release' && peer !== undefined && this.requestedMs !== undefined) {
      const durationMs = clock.monotonicMs() - this.requestedMs;
      emit({ type: 'hand-off-completed', shardId: seen.leaseKey, role: 'holder', peer, durationMs });
    }
  }

  private withFindings(write: HolderWrite): HolderWrite {
    if (write.kind !== 'renew' && write.kind !== 'checkpoint') {
      return write;
    }
    const checkpoint = write.kind === 'checkpoint' ? write.position : this.current.checkpoint;
    return { ...write, throughputKBps: this.props.throughputKBps?.(), arrivalWatermarkMs: this.watermark.at(checkpoint) };
  }

  private failed(write: HolderWrite, error: unknown): void {
    this.props.emit({ type: 'lease-renew-failed', shardId: this.current.leaseKey, write: write.kind, error });
  }
}
