import type { LedgerEntry } from '../core/ledger';
import { pipelineMetrics as names } from '../core/metrics';
import type { EmbeddedMetric } from './kcl';
import type { PipelineEvent } from './pipeline';

type Counted = keyof typeof names;

const bytes: readonly Counted[] = ['firehoseBytes', 'firehoseBilledBytes'];

/** Counts the pipeline's events for CloudWatch, from one minute to the next. A ledger entry whose checkpoint then failed counts as well. */
export class PipelineMetrics {
  private counts = none();

  observe(event: PipelineEvent): void {
    switch (event.type) {
      case 'ledger':
        this.addEntry(event.entry);
        return;
      case 'flushed':
        this.counts.firehoseBytes += event.payloadBytes;
        this.counts.firehoseBilledBytes += event.billedBytes;
        return;
      case 'delivery-retried':
        this.counts.deliveryRetries += 1;
        return;
      case 'alerts-sent':
        this.counts.alertsSent += event.alerts;
        return;
      case 'alerts-withheld':
        this.counts.alertsWithheld += event.alerts;
        return;
      case 'alert-lost':
        this.counts.alertsLost += 1;
        return;
      case 'device-states-stored':
        this.counts.deviceStatesWritten += event.devices;
        return;
      case 'device-states-loaded':
        this.counts.deviceStatesLoaded += event.devices;
        return;
      case 'device-state-unreadable':
        this.counts.deviceStatesUnreadable += event.devices;
        return;
      case 'device-state-contested':
        this.counts.deviceStatesContested += event.devices;
        return;
      case 'device-state-retried':
        this.counts.deviceStateRetries += 1;
        return;
      case 'record-rejected':
        // One of many: the ledger has their number.
        return;
    }
  }

  /** What was counted since the last time, each metric there even when it is 0: a rate of nothing is known, too. */
  take(): readonly EmbeddedMetric[] {
    const { counts } = this;
    this.counts = none();
    return (Object.keys(names) as Counted[]).map((name) => ({
      name: names[name],
      unit: bytes.includes(name) ? 'Bytes' : 'Count',
      value: counts[name],
    }));
  }

  private addEntry({ received, delivered, duplicatesDropped, quarantined }: LedgerEntry): void {
    this.counts.received += received;
    this.counts.delivered += delivered;
    this.counts.duplicatesDropped += duplicatesDropped;
    this.counts.quarantined += Object.values(quarantined).reduce((sum, count) => sum + count, 0);
  }
}

function none(): Record<Counted, number> {
  return {
    received: 0,
    delivered: 0,
    quarantined: 0,
    duplicatesDropped: 0,
    deliveryRetries: 0,
    alertsSent: 0,
    alertsWithheld: 0,
    alertsLost: 0,
    firehoseBytes: 0,
    firehoseBilledBytes: 0,
    deviceStatesWritten: 0,
    deviceStatesLoaded: 0,
    deviceStatesUnreadable: 0,
    deviceStatesContested: 0,
    deviceStateRetries: 0,
  };
}
