import type { LedgerEntry } from '../../core/ledger';

/** What the consumers say became of the records. */
export interface LedgerTotals {
  readonly received: number;
  readonly delivered: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly quarantined: Readonly<Record<string, number>>;
  readonly duplicatesDropped: number;
}

/**
 * Adds up the consumers' ledgers. An entry is logged just before its checkpoint is stored, so a worker that dies or loses its
 * lease in between leaves an entry beside the path of checkpoints that were stored. The path is found backwards, from the
 * furthest entry to the one that ends where it begins; what lies beside it does not count.
 */
export class LedgerBook {
  /** By shard, by `through`. */
  private readonly shards = new Map<string, Map<string, LedgerEntry>>();

  add(entry: LedgerEntry): void {
    let shard = this.shards.get(entry.shardId);
    if (shard === undefined) {
      shard = new Map();
      this.shards.set(entry.shardId, shard);
    }
    shard.set(entry.through, entry);
  }

  totals(): LedgerTotals {
    let received = 0;
    let delivered = 0;
    let duplicatesDropped = 0;
    const rows: Record<string, number> = {};
    const quarantined: Record<string, number> = {};
    for (const entries of this.shards.values()) {
      for (const entry of path(entries)) {
        received += entry.received;
        delivered += entry.delivered;
        duplicatesDropped += entry.duplicatesDropped;
        addUp(rows, entry.rows);
        addUp(quarantined, entry.quarantined);
      }
    }
    return { received, delivered, rows, quarantined, duplicatesDropped };
  }
}

function* path(entries: ReadonlyMap<string, LedgerEntry>): Iterable<LedgerEntry> {
  let entry: LedgerEntry | undefined;
  for (const candidate of entries.values()) {
    if (entry === undefined || isAfter(candidate.through, entry.through)) {
      entry = candidate;
    }
  }
  while (entry !== undefined) {
    yield entry;
    entry = entries.get(entry.after);
  }
}

/** Whether one position lies after another: by sequence number, a decimal without leading zeros, then by index in an aggregate. */
function isAfter(one: string, other: string): boolean {
  const [record = '', index = '0'] = one.split('.');
  const [otherRecord = '', otherIndex = '0'] = other.split('.');
  return record === otherRecord ? Number(index) > Number(otherIndex) : isLarger(record, otherRecord);
}

function isLarger(one: string, other: string): boolean {
  return one.length === other.length ? one > other : one.length > other.length;
}

function addUp(totals: Record<string, number>, counts: Readonly<Partial<Record<string, number>>>): void {
  for (const [name, count] of Object.entries(counts)) {
    totals[name] = (totals[name] ?? 0) + (count ?? 0);
  }
}
