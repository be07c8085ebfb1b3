import type { Alert } from '../../../core/domain';
import type { AlertSender } from './alert-sender';
import type { RaisedAlert } from './raised-alert';

/** The alerts of one shard, from the reading that raises one until its row is delivered. */
export class ShardAlerts {
  private waiting: RaisedAlert[] = [];

  /** @param sender undefined when nobody is to be told: then nothing is kept */
  constructor(
    private readonly sender: AlertSender | undefined,
    private readonly shardId: string,
  ) {}

  /** Notes the alerts of a message. */
  raise(alerts: readonly Alert[], message: Pick<RaisedAlert, 'arrivalTimeMs' | 'deviceId' | 'sequence'>): void {
    if (this.sender !== undefined) {
      this.waiting.push(...alerts.map((alert) => ({ ...alert, ...message })));
    }
  }

  /**
   * Sends what waits, whose rows have been delivered. To be called when nothing waits, too: a summary may be due.
   * @returns `aborted` when the signal ended it: the rows must be read again
   */
  async send(signal: AbortSignal): Promise<'done' | 'aborted'> {
    const { sender, waiting } = this;
    this.waiting = [];
    return sender === undefined ? 'done' : await sender.send(waiting, this.shardId, signal);
  }

  /** Forgets what waits: it comes again when its records are read again. */
  clear(): void {
    this.waiting = [];
  }
}
