import { ledgerEvent, type LedgerEntry } from '../../../core/ledger';

/** What the logs of the service's processes say. */
export interface LoggedRun {
  readonly ledger: readonly LedgerEntry[];
  /** Lines by event, of those that tell of trouble. */
  readonly troubles: Readonly<Record<string, number>>;
}

/** Events that may come with chaos, and are told; whatever they are, the rows have to be right. */
const troublesome: ReadonlySet<string> = new Set([
  'delivery-retried',
  'device-state-contested',
  'device-state-retried',
  'lease-lost',
  'processor-failed',
  'reader-stalled',
]);

/** @param logs - of each process what it has written; a last line may be cut short by a kill */
export function readLogs(logs: readonly string[]): LoggedRun {
  const ledger: LedgerEntry[] = [];
  const troubles: Record<string, number> = {};
  for (const line of logs.flatMap((log) => log.split('\n'))) {
    const entry = line.startsWith('{') ? parsed(line) : undefined;
    const event = String(entry?.['event']);
    if (event === ledgerEvent) {
      ledger.push(entry as unknown as LedgerEntry);
    } else if (troublesome.has(event)) {
      troubles[event] = (troubles[event] ?? 0) + 1;
    }
  }
  return { ledger, troubles };
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
