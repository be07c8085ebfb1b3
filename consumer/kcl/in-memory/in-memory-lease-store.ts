import {
  changeOf,
  conditionOf,
  fromRow,
  hashRangeAttributes,
  toRow,
  wakeUp,
  type Row,
  type RowChange,
  type RowCondition,
} from '../adapters/dynamodb/lease-row';
import { refuseNativeFleet } from '../adapters/dynamodb/native-fleet';
import { refuseSeveralStreams } from '../adapters/dynamodb/several-streams';
import type { HashRange } from '../decisions/hash-range';
import type { Lease, LeaseWrite } from '../decisions/lease';
import type { LeaseList, LeaseStore, LeaseTableNotes, UnreadableRow } from '../ports/lease-store';

/** The lease table in memory, row for row what the one in DynamoDB holds. Several workers may share one. */
export class InMemoryLeaseStore implements LeaseStore {
  private readonly rows = new Map<string, Row>();

  /** The row as it stands. */
  row(leaseKey: string): Row | undefined {
    return this.rows.get(leaseKey);
  }

  /** Puts a row as another client would have written it. */
  putRow(row: Row): void {
    this.rows.set(row['leaseKey']?.S ?? '', row);
  }

  async open(): Promise<LeaseTableNotes> {
    await refuseNativeFleet('(in memory)', async (key) => this.rows.get(key));
    return { warnings: [] };
  }

  async list(): Promise<LeaseList> {
    this.rows.forEach((row) => refuseSeveralStreams('(in memory)', row));
    const read = [...this.rows.values()].map(fromRow).filter((row) => row !== 'not-a-lease');
    const isLease = (row: Lease | UnreadableRow): row is Lease => !('reason' in row);
    return { leases: read.filter(isLease), unreadable: read.filter((row): row is UnreadableRow => !isLease(row)) };
  }

  async get(leaseKey: string): Promise<Lease | undefined> {
    const row = this.rows.get(leaseKey);
    const read = row === undefined ? 'not-a-lease' : fromRow(row);
    return read === 'not-a-lease' || 'reason' in read ? undefined : read;
  }

  async create(lease: Lease): Promise<'created' | 'exists'> {
    if (this.rows.has(lease.leaseKey)) {
      return 'exists';
    }
    this.rows.set(lease.leaseKey, toRow(lease));
    return 'created';
  }

  async write(seen: Lease, write: LeaseWrite): Promise<Lease | 'lost'> {
    const row = this.rows.get(seen.leaseKey);
    if (row === undefined || !holds(row, conditionOf(seen, write))) {
      return 'lost';
    }
    const after = changed(row, changeOf(seen, write));
    this.rows.set(seen.leaseKey, after);
    const read = fromRow(after);
    return read === 'not-a-lease' || 'reason' in read ? 'lost' : read;
  }

  async wake(leaseKey: string, owner: string, by: string): Promise<'stored' | 'changed'> {
    const row = this.rows.get(leaseKey);
    const { change, condition } = wakeUp(owner, by);
    if (row === undefined || !holds(row, condition)) {
      return 'changed';
    }
    this.rows.set(leaseKey, changed(row, change));
    return 'stored';
  }

  async setChildShardIds(leaseKey: string, childShardIds: readonly string[]): Promise<'stored' | 'absent'> {
    return this.set(leaseKey, { childShardIds: { SS: [...childShardIds] } });
  }

  async setHashRange(leaseKey: string, hashRange: HashRange): Promise<'stored' | 'absent'> {
    return this.set(leaseKey, hashRangeAttributes(hashRange));
  }

  async delete(seen: Lease): Promise<'deleted' | 'changed'> {
    if (this.rows.get(seen.leaseKey)?.['leaseCounter']?.N !== String(seen.counter)) {
      return 'changed';
    }
    this.rows.delete(seen.leaseKey);
    return 'deleted';
  }

  private set(leaseKey: string, set: Row): 'stored' | 'absent' {
    const row = this.rows.get(leaseKey);
    if (row === undefined) {
      return 'absent';
    }
    this.rows.set(leaseKey, { ...row, ...set });
    return 'stored';
  }
}

function holds(row: Row, { equal, absent }: RowCondition): boolean {
  const same = (name: string): boolean => row[name]?.S === equal[name]?.S && row[name]?.N === equal[name]?.N;
  return Object.keys(equal).every(same) && absent.every((name) => row[name] === undefined);
}

function changed(row: Row, { set, remove, add }: RowChange): Row {
  const kept = Object.entries(row).filter(([name]) => !remove.includes(name));
  const added = Object.entries(add).map(([name, n]) => [name, { N: String(Number(row[name]?.N ?? 0) + n) }] as const);
  return { ...Object.fromEntries(kept), ...set, ...Object.fromEntries(added) };
}
