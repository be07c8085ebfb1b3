import type { ReasonCode } from './reason';

/** The `event` of the log line that carries a ledger entry. */
export const ledgerEvent = 'ledger';

/**
 * What became of every record between two checkpoints of a shard. The consumer logs an entry right before it moves the
 * checkpoint, so entries of a shard chain from `after` to `through`. When a worker dies or loses its lease between the two, its
 * entry lies beside the chain that its successor goes on with: whoever adds up follows the chain, not the order of the log.
 */
export interface LedgerEntry {
  readonly event: typeof ledgerEvent;
  readonly shardId: string;
  /** The checkpoint before: a position as `ledgerPosition` writes it, or TRIM_HORIZON, LATEST. Exclusive. */
  readonly after: string;
  /** The checkpoint after: a position as `ledgerPosition` writes it. Inclusive. */
  readonly through: string;
  /** Records read from the stream, those inside a KPL aggregate counted one by one. received = delivered + Σ quarantined + duplicatesDropped */
  readonly received: number;
  /** Records that became rows which Firehose accepted. */
  readonly delivered: number;
  /** Rows that Firehose accepted, by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Records that went to quarantine, by reason. */
  readonly quarantined: Readonly<Partial<Record<ReasonCode, number>>>;
  /** Records dropped because the same (device, sequence) had come before. */
  readonly duplicatesDropped: number;
}

/** A position in a shard: a sequence number, and behind a full stop the index of a record inside a KPL aggregate, if it is not 0. */
export function ledgerPosition(sequenceNumber: string, subSequenceNumber: number): string {
  return subSequenceNumber === 0 ? sequenceNumber : `${sequenceNumber}.${subSequenceNumber}`;
}
