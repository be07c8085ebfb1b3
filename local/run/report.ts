import type { BenchmarkReport } from '../scoring/benchmark';
import type { ScoringReport } from '../scoring/scoring-report';
import type { ExpectedOutcome } from '../../core/domain';
import type { EndpointReport } from './endpoint-report';
import type { TrainingOutcome } from '../training/outcome';
import type { AlertTotals } from './alert-book';

/** What a run did: `<out>/report.json`. */
export interface Report {
  readonly domain: string;
  readonly records: {
    /** Records that the stream accepted. */
    readonly sent: number;
    /** Records whose rows lie in the lake; a record that was delivered twice counts once. */
    readonly delivered: number;
    /** Records that lie in quarantine, by reason code. */
    readonly quarantined: Readonly<Record<string, number>>;
    /** Records that the consumer dropped because the same (device, sequence) had come before. */
    readonly duplicatesDropped: number;
    /** Rows beyond the first of a record that lie in the lake because its shard moved before the checkpoint; SQL drops them. */
    readonly redelivered: number;
    /** Of those, rows whose features are not those of the first. 0 where what is remembered of devices is stored. */
    readonly redeliveredOtherwise: number;
    /**
     * Delivered records that repeat the (device, sequence) of another: where what is remembered of devices is not stored, a worker that
     * takes over a shard does not know what came before its checkpoint. SQL drops them.
     */
    readonly duplicatesInLake: number;
    /** sent = delivered + Σ quarantined + duplicatesDropped */
    readonly balanced: boolean;
    /** What the simulator injected; null for files, whose content nobody announced. */
    readonly expected: Readonly<Partial<Record<ExpectedOutcome, number>>> | null;
  };
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly files: number; readonly bytes: number }>>;
  readonly firehose: { readonly records: number; readonly payloadBytes: number; readonly billedBytes: number };
  readonly alerts: AlertTotals;
  readonly training: TrainingOutcome;
  readonly scoring: ScoringReport;
  /** What answers requests. @default - the configuration asks for no endpoint */
  readonly endpoint?: EndpointReport;
  /** How far predictions are from what became of devices. @default - nobody knows, or nobody asked */
  readonly benchmark?: BenchmarkReport;
  readonly workers: number;
  readonly shards: number;
  /** Per consumer process, in the order of their start. */
  readonly consumers: readonly ConsumerReport[];
  /** Wall-clock seconds per stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

export interface ConsumerReport {
  readonly workerId: string;
  /** Peak resident memory in bytes; null for a worker that was killed. */
  readonly maxRssBytes: number | null;
  /** How often a device's state was stored; null for a worker that was killed. */
  readonly deviceStatesWritten: number | null;
}

/** Whether every record that was sent is accounted for. */
export function isBalanced(
  records: Pick<Report['records'], 'sent' | 'delivered' | 'quarantined' | 'duplicatesDropped'>,
): boolean {
  return records.sent === records.delivered + sum(records.quarantined) + records.duplicatesDropped;
}

/** Where what was found differs from what the simulator injected: empty when the report is exact. */
export function differences(records: Report['records']): readonly string[] {
  if (records.expected === null) {
    return [];
  }
  const found: Record<string, number> = {
    ...records.quarantined,
    delivered: records.delivered - records.duplicatesInLake,
    duplicate: records.duplicatesDropped + records.duplicatesInLake,
  };
  const names = new Set([...Object.keys(found), ...Object.keys(records.expected)]);
  const expected: Readonly<Record<string, number | undefined>> = records.expected;
  return [...names]
    .filter((name) => (found[name] ?? 0) !== (expected[name] ?? 0))
    .map((name) => `${name}: injected ${expected[name] ?? 0}, found ${found[name] ?? 0}`);
}

/** The sum of counts. */
export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
