import { ledgerEvent, type LedgerEntry } from '../../core/ledger';
import type { ReasonCode } from '../../core/reason';

/** Counts what becomes of each record between two checkpoints of a shard. */
export class Tally {
  private received = 0;
  private delivered = 0;
  private duplicatesDropped = 0;
  private readonly rows: Record<string, number> = {};
  private readonly quarantined: Partial<Record<ReasonCode, number>> = {};

  /**
   * A record that became rows, given by the table of each. A message of which the domain keeps nothing (no rows) counts too: it
   * has been dealt with in full.
   */
  deliver(tables: readonly string[]): void {
    this.received += 1;
    this.delivered += 1;
    for (const table of tables) {
      this.rows[table] = (this.rows[table] ?? 0) + 1;
    }
  }

  quarantine(reason: ReasonCode): void {
    this.received += 1;
    this.quarantined[reason] = (this.quarantined[reason] ?? 0) + 1;
  }

  dropDuplicate(): void {
    this.received += 1;
    this.duplicatesDropped += 1;
  }

  entry(shardId: string, after: string, through: string): LedgerEntry {
    const { received, delivered, rows, quarantined, duplicatesDropped } = this;
    return { event: ledgerEvent, shardId, after, through, received, delivered, rows, quarantined, duplicatesDropped };
  }
}
