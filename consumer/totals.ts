import type { LedgerEntry } from '../core/ledger';
import type { PipelineEvent } from './pipeline';

/** What a process did from start to stop, for its last log line. */
export interface TotalCounts {
  received: number;
  delivered: number;
  duplicatesDropped: number;
  quarantined: Record<string, number>;
  rows: Record<string, number>;
  firehoseRecords: number;
  payloadBytes: number;
  billedBytes: number;
  /** What became of alerts: sent one by one, told of together, or not told of. */
  alerts: { sent: number; withheld: number; lost: number };
  /** Writes of devices' states. */
  deviceStatesWritten: number;
}

/** Sums up the pipeline's events. A ledger entry whose checkpoint then failed is counted all the same. */
export class Totals {
  readonly counts: TotalCounts = {
    received: 0,
    delivered: 0,
    duplicatesDropped: 0,
    quarantined: {},
    rows: {},
    firehoseRecords: 0,
    payloadBytes: 0,
    billedBytes: 0,
    alerts: { sent: 0, withheld: 0, lost: 0 },
    deviceStatesWritten: 0,
  };

  add(event: PipelineEvent): void {
    const { alerts } = this.counts;
    switch (event.type) {
      case 'ledger':
        this.addEntry(event.entry);
        return;
      case 'flushed':
        this.counts.firehoseRecords += event.records;
        this.counts.payloadBytes += event.payloadBytes;
        this.counts.billedBytes += event.billedBytes;
        return;
      case 'device-states-stored':
        this.counts.deviceStatesWritten += event.devices;
        return;
      case 'alerts-sent':
        alerts.sent += event.alerts;
        return;
      case 'alerts-withheld':
        alerts.withheld += event.alerts;
        return;
      case 'alert-lost':
        alerts.lost += 1;
        return;
      case 'delivery-retried':
      case 'device-state-contested':
      case 'device-state-retried':
      case 'device-state-unreadable':
      case 'device-states-loaded':
      case 'record-rejected':
        return;
    }
  }

  private addEntry(entry: LedgerEntry): void {
    this.counts.received += entry.received;
    this.counts.delivered += entry.delivered;
    this.counts.duplicatesDropped += entry.duplicatesDropped;
    addInto(this.counts.quarantined, entry.quarantined);
    addInto(this.counts.rows, entry.rows);
  }
}

function addInto(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(more)) {
    sums[key] = (sums[key] ?? 0) + count;
  }
}
