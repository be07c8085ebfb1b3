import type { Domain } from '../../../core/domain';
import type { Clock, Random } from '../../kcl';
import type { AlertEvent } from './alert-event';
import { alertMessage } from './alert-message';
import type { AlertPort } from './alert-port';
import { FloodGuard } from './flood-guard';
import { alertId, type RaisedAlert } from './raised-alert';
import { sendMessages } from './send-messages';
import { summaryMessage } from './summary-message';

export interface AlertSenderOptions {
  readonly domain: Domain;
  readonly port: AlertPort;
  /** Alerts that the process sends in a minute at most; a whole number of at least 1. */
  readonly perMinute: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: (event: AlertEvent) => void;
}

/** Most ids in an event. */
const mostNamed = 20;

/**
 * Sends the alerts of all shards of a process. At least once: an alert whose row is read again after a crash is sent again, under the same
 * id. What cannot be sent is given up after a few tries, counted and written to the log as it is, for rows must not wait for it.
 */
export class AlertSender {
  private readonly guard: FloodGuard;

  constructor(private readonly options: AlertSenderOptions) {
    this.guard = new FloodGuard(options.perMinute, options.clock);
  }

  /** Resolves when each alert is sent, withheld or given up, or when the signal has ended it. Rejects for nothing that the topic answers. */
  async send(alerts: readonly RaisedAlert[], shardId: string, signal: AbortSignal): Promise<'done' | 'aborted'> {
    const { domain, onEvent } = this.options;
    const { admitted, summary, withheld } = this.guard.admit(alerts);
    if (withheld.length > 0) {
      onEvent({ type: 'alerts-withheld', shardId, alerts: withheld.length, ids: idsOf(withheld) });
    }
    const messages = admitted.map((alert) => alertMessage(alert, domain));
    if (summary !== undefined) {
      messages.push(summaryMessage(summary, domain));
    }
    if (messages.length === 0) {
      return 'done';
    }
    const outcome = await sendMessages(messages, { ...this.options, signal });
    if (outcome === 'aborted') {
      return 'aborted';
    }
    const lost = new Set(outcome.lost.map(({ message }) => message));
    const sent = admitted.filter((_, index) => !lost.has(messages[index] as (typeof messages)[number]));
    if (sent.length > 0) {
      onEvent({ type: 'alerts-sent', shardId, alerts: sent.length, ids: idsOf(sent) });
    }
    for (const { code, message } of outcome.lost) {
      onEvent({ type: 'alert-lost', shardId, code, message: message.body });
    }
    return 'done';
  }
}

const idsOf = (alerts: readonly RaisedAlert[]): readonly string[] => alerts.slice(0, mostNamed).map(alertId);
