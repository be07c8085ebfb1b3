import type { Clock } from '../../clock';
import { handOffStep, isHandOff } from '../../decisions/hand-off';
import type { Lease } from '../../decisions/lease';
import type { Emit } from '../../events';
import type { WorkerSettings } from '../../options';
import type { LeaseStore } from '../../ports/lease-store';
import { untilAborted } from '../abort';
import { settled } from './settled';

export interface HandOffRequestsProps {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly workerId: string;
  readonly settings: Pick<WorkerSettings, 'failoverTimeMs' | 'handOffTimeoutMs'>;
  /** Aborted when nothing may be taken any more. */
  readonly stopping: AbortSignal;
  /** Takes a lease as it was read; true once it is taken. */
  readonly take: (lease: Lease, reason: 'handed-over' | 'expired' | 'stolen') => Promise<'taken' | 'lost' | 'failed'>;
  /** A shard has ended while it was waited for. */
  readonly onEnded: (childShardIds: readonly string[]) => void;
}

/** A lease that this worker has asked for. */
interface Pending {
  readonly holder: string;
  readonly requestedMs: number;
  readonly stolen: boolean;
  /** When its holder was seen to have written since, and so knows of the request. */
  heardMs: number | undefined;
  /** What the counter was last, and since when. */
  counter: number;
  sinceMs: number;
}

/**
 * How often the rows asked for are read, in milliseconds: as long as their holders know nothing of it, and for a while after one has
 * written, which tells that it knows. This is what a shard lies idle between its holders, at most.
 */
export const pollMs = { usual: 200, soon: 50 } as const;

/** How long a holder is expected to need from its write on; one that needs longer is asked less often again. Milliseconds. */
const soonMs = 2000;

/** How often a request is repeated on top of a row that its holder has written meanwhile: one that checkpoints often is always faster. */
const triesToAsk = 5;

/** Leases whose rows fit into one unit of reading (4 KiB): from so many rows in the table per request on, each row is read by itself. */
const leasesPerReadUnit = 12;

/** The requester's side of hand-offs: asks, looks at the rows until their holders have finished, and takes the leases. */
export class HandOffRequests {
  private readonly pending = new Map<string, Pending>();
  private looking: Promise<void> | undefined;
  private tableSize = 0;

  constructor(private readonly props: HandOffRequestsProps) {}

  has(leaseKey: string): boolean {
    return this.pending.has(leaseKey);
  }

  /** How many leases are waited for that their holders did not offer. */
  get steals(): number {
    return [...this.pending.values()].filter(({ stolen }) => stolen).length;
  }

  /** How many leases the table has; tells which way of looking costs less. */
  sized(leases: number): void {
    this.tableSize = leases;
  }

  /** Asks for the lease. `lost`: its row has moved on. `failed`: nobody knows; the next scan tells. */
  async request(lease: Lease, kind: 'request' | 'request-from-java', stolen: boolean): Promise<'requested' | 'lost' | 'failed'> {
    const { clock, emit, stopping, store, workerId } = this.props;
    const requestedMs = clock.monotonicMs();
    const write = { kind, owner: workerId } as const;
    const noAnswer = (error: unknown): void => emit({ type: 'round-failed', round: 'take', error });
    try {
      let seen: Lease | undefined = lease;
      for (
        let tries = 0;
        tries < triesToAsk && seen !== undefined && seen.owner === lease.owner && !isHandOff(seen);
        tries += 1
      ) {
        const asked = await settled(store, seen, write, workerId, noAnswer);
        if (asked !== 'lost' && asked.applied) {
          this.wait(asked.lease, lease.owner ?? '', requestedMs, stolen);
          if (stopping.aborted) {
            // The request went out when the worker was told to stop; it is being taken back.
            await this.settle();
          }
          return 'requested';
        }
        seen = await store.get(lease.leaseKey);
      }
      emit({ type: 'lease-take-lost', shardId: lease.leaseKey });
      return 'lost';
    } catch (error: unknown) {
      emit({ type: 'round-failed', round: 'take', error });
      return 'failed';
    }
  }

  /** Waits for a lease whose row shows that this worker has asked for it: the reply was lost, or it was restarted. */
  adopt(lease: Lease): void {
    this.wait(lease, lease.checkpointOwner ?? '', this.props.clock.monotonicMs(), true);
  }

  /** Settles when nothing is waited for any more; when the worker stops, the requests have been taken back then. */
  async settle(): Promise<void> {
    await this.looking;
  }

  private wait(lease: Lease, holder: string, requestedMs: number, stolen: boolean): void {
    const { clock, emit } = this.props;
    this.pending.set(lease.leaseKey, {
      holder,
      requestedMs,
      stolen,
      heardMs: undefined,
      counter: lease.counter,
      sinceMs: clock.monotonicMs(),
    });
    emit({ type: 'hand-off-requested', shardId: lease.leaseKey, holder });
    this.looking ??= this.look();
  }

  private async look(): Promise<void> {
    const { clock, emit, stopping } = this.props;
    while (this.pending.size > 0 && !stopping.aborted) {
      const nowMs = clock.monotonicMs();
      const soon = [...this.pending.values()].some(({ heardMs }) => heardMs !== undefined && nowMs - heardMs < soonMs);
      await clock.sleep(soon ? pollMs.soon : pollMs.usual, stopping);
      const startedMs = clock.monotonicMs();
      try {
        // A look that hangs must not keep a worker from stopping.
        const rows = await untilAborted(this.read(), stopping);
        if (rows !== 'aborted') {
          await Promise.all([...this.pending].map(([key, each]) => this.goOn(key, each, rows.get(key), startedMs)));
        }
      } catch (error: unknown) {
        emit({ type: 'round-failed', round: 'take', error });
      }
    }
    // A request that was under way comes in while others are taken back.
    while (this.pending.size > 0) {
      await Promise.all([...this.pending].map(([key, each]) => this.withdraw(key, each)));
    }
    // In one go with the last look at what is pending: a request that comes now starts anew.
    this.looking = undefined;
  }

  /** The rows asked for: each by itself, or all in one go where that costs less. */
  private async read(): Promise<ReadonlyMap<string, Lease>> {
    const { store } = this.props;
    const keys = [...this.pending.keys()];
    const leases =
      keys.length * leasesPerReadUnit > Math.max(this.tableSize, leasesPerReadUnit)
        ? (await store.list()).leases
        : await Promise.all(keys.map((key) => store.get(key)));
    return new Map(leases.flatMap((lease) => (lease === undefined ? [] : [[lease.leaseKey, lease] as const])));
  }

  private async goOn(key: string, each: Pending, row: Lease | undefined, startedMs: number): Promise<void> {
    const { clock, settings, take, workerId } = this.props;
    if (row !== undefined && row.counter !== each.counter) {
      each.counter = row.counter;
      each.sinceMs = clock.monotonicMs();
      each.heardMs ??= each.sinceMs;
    }
    const waitedMs = startedMs - each.requestedMs;
    const step = handOffStep(row, workerId, { waitedMs, stillMs: startedMs - each.sinceMs }, settings);
    switch (step) {
      case 'wait':
        return;
      case 'ended':
        this.giveUp(key, each, 'shard-ended');
        this.props.onEnded(row?.childShardIds ?? []);
        return;
      case 'gone':
        this.giveUp(key, each, 'taken');
        return;
      case 'take':
      case 'take-expired':
      case 'take-forced': {
        if (row === undefined) {
          return;
        }
        const reason = step === 'take' ? 'handed-over' : step === 'take-expired' ? 'expired' : 'stolen';
        const outcome = await take(row, reason);
        if (outcome === 'taken') {
          this.pending.delete(key);
          this.took(key, each, step === 'take');
        }
        // Otherwise the row is looked at again: its holder may have written meanwhile.
      }
    }
  }

  private took(shardId: string, { holder, requestedMs }: Pending, gracefully: boolean): void {
    const { clock, emit } = this.props;
    const durationMs = clock.monotonicMs() - requestedMs;
    emit(
      gracefully
        ? { type: 'hand-off-completed', shardId, role: 'requester', peer: holder, durationMs }
        : { type: 'hand-off-timed-out', shardId, holder, waitedMs: durationMs },
    );
  }

  private giveUp(shardId: string, { holder }: Pending, reason: 'stopping' | 'taken' | 'shard-ended'): void {
    this.pending.delete(shardId);
    this.props.emit({ type: 'hand-off-given-up', shardId, holder, reason });
  }

  /** This worker stops: the lease belongs to its holder again, or, if that has finished, to nobody. */
  private async withdraw(key: string, each: Pending): Promise<void> {
    const { emit, store, workerId } = this.props;
    try {
      for (let tries = 0; tries < 3; tries += 1) {
        const row = await store.get(key);
        if (row === undefined || row.owner !== workerId) {
          break;
        }
        const kind = isHandOff(row) ? 'withdraw' : 'release';
        if ((await store.write(row, { kind, owner: workerId })) !== 'lost') {
          break;
        }
      }
    } catch (error: unknown) {
      // The lease will be seen to expire.
      emit({ type: 'round-failed', round: 'take', error });
    }
    this.giveUp(key, each, 'stopping');
  }
}
