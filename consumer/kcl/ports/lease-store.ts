import type { HashRange } from '../decisions/hash-range';
import type { Lease, LeaseWrite } from '../decisions/lease';

/**
 * The table that all workers of an application share. Contention is a result; a method rejects only when the table could not be
 * reached or does not answer, and then a write may or may not have happened: read the row to know (`settleWrite`).
 */
export interface LeaseStore {
  /**
   * Looks whether the table can be worked with, before anything is written, and later again whether it still can.
   *
   * @throws KclError LEASE_TABLE_MISSING, LEASE_TABLE_FOREIGN, NATIVE_KCL3_FLEET or ACCESS_DENIED
   */
  open(): Promise<LeaseTableNotes>;
  /**
   * Every lease, read consistently. Rows that are not leases are passed over; rows that cannot be read are named.
   *
   * @throws KclError LEASE_TABLE_FOREIGN when the table has leases of several streams
   */
  list(): Promise<LeaseList>;
  get(leaseKey: string): Promise<Lease | undefined>;
  create(lease: Lease): Promise<'created' | 'exists'>;
  /** Writes on condition that the row's counter, and what else the write depends on, is still that of `seen`; the lease afterwards, or `lost`. */
  write(seen: Lease, write: LeaseWrite): Promise<Lease | 'lost'>;
  /** Not fenced: the children of a shard are the same whoever writes them. */
  setChildShardIds(leaseKey: string, childShardIds: readonly string[]): Promise<'stored' | 'absent'>;
  /** Not fenced, like the children. For rows of old clients, which do not have it. */
  setHashRange(leaseKey: string, hashRange: HashRange): Promise<'stored' | 'absent'>;
  /** Asks `owner` to look at the table soon: it finds this at its next write of a lease that it still owns. Not fenced. */
  wake(leaseKey: string, owner: string, by: string): Promise<'stored' | 'changed'>;
  /** Deletes the lease if it still has the counter of `seen`. */
  delete(seen: Lease): Promise<'deleted' | 'changed'>;
}

/** The table as it was read. */
export interface LeaseList {
  readonly leases: readonly Lease[];
  readonly unreadable: readonly UnreadableRow[];
}

/** A row that should be a lease and is not; it is left alone. */
export interface UnreadableRow {
  readonly leaseKey: string;
  /** Which attribute is wrong, and how. */
  readonly reason: string;
}

/** What was noticed when the table was opened. */
export interface LeaseTableNotes {
  /** What could not be looked at, and why; the worker goes on. */
  readonly warnings: readonly string[];
}
