import type { Domain } from '../../../core/domain';
import type { Clock, Random } from '../../kcl';
import type { AlertEvent } from './alert-event';
import { alertMessage } from './alert-message';
import type { AlertMessage, AlertPort } from './alert-port';
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
    const written = this.write(admitted, shardId);
    const messages = [...written.keys(), ...(summary === undefined ? [] : [summaryMessage(summary, domain)])];
    if (messages.length === 0) {
      return 'done';
    }
    const outcome = await sendMessages(messages, { ...this.options, signal });
    if (outcome === 'aborted') {
      return 'aborted';
    }
    const sent = new Map(written);
    for (const { code, message } of outcome.lost) {
      sent.delete(message);
      onEvent({ type: 'alert-lost', shardId, code, message: message.body });
    }
    if (sent.size > 0) {
      onEvent({ type: 'alerts-sent', shardId, alerts: sent.size, ids: idsOf([...sent.values()]) });
    }
    return 'done';
  }

  /** The alerts by their messages. One that no message can be made of is a fault of the domain; rows do not wait for it either. */
  private write(alerts: readonly RaisedAlert[], shardId: string): ReadonlyMap<AlertMessage, RaisedAlert> {
    const { domain, onEvent } = this.options;
    const messages = new Map<AlertMessage, RaisedAlert>();
    for (const alert of alerts) {
      try {
        messages.set(alertMessage(alert, domain), alert);
      } catch (error: unknown) {
        onEvent({ type: 'alert-lost', shardId, code: 'InvalidAlert', message: `${alertId(alert)}: ${String(error)}` });
      }
    }
    return messages;
  }
}

const idsOf = (alerts: readonly RaisedAlert[]): readonly string[] => alerts.slice(0, mostNamed).map(alertId);
