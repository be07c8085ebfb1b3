import type { Clock, Random } from '../clock';
import { backoffMs, type BackoffOptions } from '../decisions/backoff';
import { settleWrite, type Lease, type LeaseWrite } from '../decisions/lease';
import type { Position } from '../decisions/position';
import type { Emit, LossReason } from '../events';
import type { LeaseStore } from '../ports/lease-store';
import { untilAborted } from './abort';

export interface OwnedLeaseProps {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly workerId: string;
  readonly failoverTimeMs: number;
}

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
  private readonly gone = new AbortController();
  private queue: Promise<unknown> = Promise.resolve();
  private queued = 0;
  private current: Lease;
  private lastWriteMs: number;

  /** @param takenMs - monotonic time before the take was sent */
  constructor(
    private readonly props: OwnedLeaseProps,
    lease: Lease,
    takenMs: number,
  ) {
    this.current = lease;
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

  async checkpoint(position: Position): Promise<'stored' | 'lost'> {
    return (await this.write({ kind: 'checkpoint', position })) === 'ok' ? 'stored' : 'lost';
  }

  /** Gives the lease back, so that others may take it at once. */
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
   * Tells the work to give up and tries once to give the lease back. Not in the queue, where a write may hang; should one be under
   * way, the counter refuses this one and the lease expires by itself.
   */
  async abandon(): Promise<void> {
    this.lose('abandoned');
    try {
      await this.props.store.write(this.current, { kind: 'release', owner: this.props.workerId });
    } catch (error: unknown) {
      this.failed({ kind: 'release', owner: this.props.workerId }, error);
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

  private write(write: Exclude<LeaseWrite, { kind: 'take' }>): Promise<'ok' | 'lost'> {
    this.queued += 1;
    const result = this.queue.then(() => this.writeUntilSettled(write)).finally(() => (this.queued -= 1));
    this.queue = result;
    return result;
  }

  /** Never rejects: a write either goes through, or the lease is lost, at the latest when its time is over. */
  private async writeUntilSettled(write: Exclude<LeaseWrite, { kind: 'take' }>): Promise<'ok' | 'lost'> {
    const { clock, random, store } = this.props;
    for (let failures = 0; this.verify(); failures += 1) {
      const sentMs = clock.monotonicMs();
      try {
        const attempt = settled(store, this.current, write, this.props.workerId, (error) => this.failed(write, error));
        // A request that never answers must not outlive the lease.
        const outcome = await untilAborted(attempt, this.signal);
        if (outcome === 'aborted') {
          return 'lost';
        }
        if (outcome === 'lost') {
          this.lose('taken');
          return 'lost';
        }
        this.current = outcome.lease;
        if (outcome.applied) {
          this.lastWriteMs = sentMs;
          return 'ok';
        }
      } catch (error: unknown) {
        this.failed(write, error);
      }
      await clock.sleep(backoffMs(failures, backoff, random), this.signal);
    }
    return 'lost';
  }

  private failed(write: Exclude<LeaseWrite, { kind: 'take' }>, error: unknown): void {
    this.props.emit({ type: 'lease-renew-failed', shardId: this.current.leaseKey, write: write.kind, error });
  }
}

/** The lease as the table holds it now, and whether the write is in it. */
export interface Settled {
  readonly applied: boolean;
  readonly lease: Lease;
}

/**
 * Writes, and when there is no answer or a refusal, reads the row to learn what became of the write.
 *
 * @throws what the store throws when the row cannot be read either: nothing is known then
 */
export async function settled(
  store: LeaseStore,
  seen: Lease,
  write: LeaseWrite,
  me: string,
  onNoAnswer: (error: unknown) => void,
): Promise<Settled | 'lost'> {
  try {
    const lease = await store.write(seen, write);
    if (lease !== 'lost') {
      return { applied: true, lease };
    }
  } catch (error: unknown) {
    onNoAnswer(error);
  }
  const row = await store.get(seen.leaseKey);
  const verdict = settleWrite(row, seen, write, me);
  return row === undefined || verdict === 'lost' ? 'lost' : { applied: verdict === 'applied', lease: row };
}
