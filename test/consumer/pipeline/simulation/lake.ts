import type { LedgerEntry } from '../../../../core/ledger';
import type { Domain } from '../../../../core/domain';
import { MessageProcessor } from '../../../../consumer/pipeline/message-processor';
import { quarantineLines } from '../../../../consumer/pipeline/quarantine';
import { Rejection } from '../../../../consumer/pipeline/rejection';
import { Tally } from '../../../../consumer/pipeline/tally';
import { LedgerBook } from '../../../../local/run/ledger-book';
import { rememberedDevices } from '../remembered-devices';
import type { PutRecord } from './device-traffic';

export const quarantine = 'quarantine';

/** What Firehose has taken: each document, by delivery stream, however often it came. */
export class Lake {
  private readonly documents = new Map<string, number>();

  /** Takes a record of documents, each ending in a newline. */
  take(stream: string, record: Uint8Array): void {
    for (const text of Buffer.from(record).toString('utf8').split('\n')) {
      if (text !== '') {
        this.add(stream, text);
      }
    }
  }

  add(stream: string, text: string): void {
    const key = `${stream} ${text}`;
    this.documents.set(key, (this.documents.get(key) ?? 0) + 1);
  }

  get distinct(): ReadonlySet<string> {
    return new Set(this.documents.keys());
  }

  /** Documents that came again. */
  get repeated(): number {
    return [...this.documents.values()].reduce((sum, times) => sum + times - 1, 0);
  }
}

/** What one undisturbed pass over the records makes of them. */
export function undisturbed(domain: Domain, records: readonly PutRecord[]): { readonly lake: Lake; readonly tally: LedgerEntry } {
  const lake = new Lake();
  const tally = new Tally();
  const messages = new MessageProcessor(domain);
  const devices = rememberedDevices(1_000_000);
  for (const record of records) {
    const outcome = messages.handle(record, devices);
    if (outcome === 'duplicate') {
      tally.dropDuplicate();
    } else if (outcome instanceof Rejection) {
      const { shardId } = record;
      quarantineLines(outcome, record, { domain: domain.name, shardId }).forEach((line) => lake.add(quarantine, line.trimEnd()));
      tally.quarantine(outcome.reason);
    } else {
      outcome.rows.forEach(({ table, text }) => lake.add(table, Buffer.from(text).toString('utf8').trimEnd()));
      tally.deliver(outcome.rows.map(({ table }) => table));
    }
  }
  return { lake, tally: tally.entry('all', '', '') };
}

/** How the lake and the ledger differ from what one undisturbed pass makes of the records: empty when they do not. */
export function differencesFrom(
  expected: ReturnType<typeof undisturbed>,
  lake: Lake,
  entries: readonly LedgerEntry[],
): readonly string[] {
  const [is, should] = [lake.distinct, expected.lake.distinct];
  const extra = [...is].filter((document) => !should.has(document));
  const missing = [...should].filter((document) => !is.has(document));
  const book = new LedgerBook();
  entries.forEach((entry) => book.add(entry));
  const totals = book.totals();
  const { delivered, duplicatesDropped, quarantined, received, rows } = expected.tally;
  const wanted = { received, delivered, rows, quarantined, duplicatesDropped };
  return [
    ...(extra.length > 0 ? [`${extra.length} documents that should not be, such as ${String(extra[0])}`] : []),
    ...(missing.length > 0 ? [`${missing.length} documents are missing, such as ${String(missing[0])}`] : []),
    ...(canonical(totals) === canonical(wanted) ? [] : [`the ledger says ${canonical(totals)}, and should ${canonical(wanted)}`]),
  ];
}

/** As text, whatever the order of the keys. */
function canonical(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  );
}
