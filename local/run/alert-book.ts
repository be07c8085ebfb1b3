import type { SnsMessage } from '../aws/sns/message';

/** What the consumers had to tell about devices, as the topic was told it. */
export interface AlertTotals {
  /** Alerts that were sent one by one; one that came again counts once. */
  readonly sent: number;
  /** How often one came again, after a shard moved before the checkpoint. */
  readonly repeated: number;
  /** Alerts that were told of together, being too many. */
  readonly toldTogether: number;
  /** The alerts that were sent, by their signal. */
  readonly bySignal: Readonly<Record<string, number>>;
}

/** Counts the messages to the topic of alerts; those to others are none of it. */
export class AlertBook {
  private readonly signals = new Map<string, string>();
  private messages = 0;
  private toldTogether = 0;

  add({ attributes, message }: Pick<SnsMessage, 'attributes' | 'message'>): void {
    switch (attributes['kind']?.value) {
      case 'anomaly':
        this.messages += 1;
        this.signals.set(attributes['alert_id']?.value ?? '', attributes['signal']?.value ?? '');
        break;
      case 'summary':
        this.toldTogether += (JSON.parse(message) as { readonly alerts: number }).alerts;
        break;
      default:
        break;
    }
  }

  totals(): AlertTotals {
    const bySignal: Record<string, number> = {};
    for (const signal of this.signals.values()) {
      bySignal[signal] = (bySignal[signal] ?? 0) + 1;
    }
    const { size: sent } = this.signals;
    return { sent, repeated: this.messages - sent, toldTogether: this.toldTogether, bySignal };
  }
}
