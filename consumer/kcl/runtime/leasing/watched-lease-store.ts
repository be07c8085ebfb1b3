import type { Clock } from '../../clock';
import type { HashRange } from '../../decisions/hash-range';
import type { Lease, LeaseWrite } from '../../decisions/lease';
import { tableFailureOf } from '../../decisions/table-failure';
import { KclError } from '../../errors';
import type { Emit } from '../../events';
import type { LeaseList, LeaseStore, LeaseTableNotes } from '../../ports/lease-store';

export interface WatchedLeaseStoreProps {
  readonly store: LeaseStore;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly emit: Emit;
  /** Hears of what trying again does not mend. */
  readonly onFatal: (error: KclError) => void;
}

/** Credentials that are refused may be renewed meanwhile; for so long, in milliseconds, with not one call going through. */
const credentialsPatienceMs = 30_000;

/**
 * The lease table, with an event for each call that fails; whoever called decides what to do about it. Credentials that stay refused end
 * the worker.
 */
export class WatchedLeaseStore implements LeaseStore {
  private readonly store: LeaseStore;
  private refusedSinceMs: number | undefined;

  constructor(private readonly props: WatchedLeaseStoreProps) {
    this.store = props.store;
  }

  open(): Promise<LeaseTableNotes> {
    return this.watch('open', this.store.open());
  }

  list(): Promise<LeaseList> {
    return this.watch('list', this.store.list());
  }

  get(leaseKey: string): Promise<Lease | undefined> {
    return this.watch('get', this.store.get(leaseKey));
  }

  create(lease: Lease): Promise<'created' | 'exists'> {
    return this.watch('create', this.store.create(lease));
  }

  write(seen: Lease, write: LeaseWrite): Promise<Lease | 'lost'> {
    return this.watch(write.kind, this.store.write(seen, write));
  }

  setChildShardIds(leaseKey: string, childShardIds: readonly string[]): Promise<'stored' | 'absent'> {
    return this.watch('set-children', this.store.setChildShardIds(leaseKey, childShardIds));
  }

  setHashRange(leaseKey: string, hashRange: HashRange): Promise<'stored' | 'absent'> {
    return this.watch('set-hash-range', this.store.setHashRange(leaseKey, hashRange));
  }

  wake(leaseKey: string, owner: string, by: string): Promise<'stored' | 'changed'> {
    return this.watch('wake', this.store.wake(leaseKey, owner, by));
  }

  delete(seen: Lease): Promise<'deleted' | 'changed'> {
    return this.watch('delete', this.store.delete(seen));
  }

  private async watch<T>(operation: string, call: Promise<T>): Promise<T> {
    try {
      const result = await call;
      this.refusedSinceMs = undefined;
      return result;
    } catch (error: unknown) {
      const failure = tableFailureOf(error);
      this.props.emit({ type: 'lease-table-failed', operation, failure, error });
      if (error instanceof KclError) {
        this.props.onFatal(error);
      } else if (failure === 'credentials') {
        this.refused(error);
      }
      throw error;
    }
  }

  private refused(cause: unknown): void {
    const { clock, onFatal } = this.props;
    const nowMs = clock.monotonicMs();
    this.refusedSinceMs ??= nowMs;
    if (nowMs - this.refusedSinceMs >= credentialsPatienceMs) {
      const message =
        'the lease table refuses the credentials, or there are none, and none that are good came within 30 seconds. Look at the role of ' +
        'the task or the profile, and at the clock of the machine.';
      onFatal(new KclError('CREDENTIALS_REFUSED', message, { cause }));
    }
  }
}
