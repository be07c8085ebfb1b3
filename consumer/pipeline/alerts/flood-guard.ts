import type { Clock } from '../../kcl';
import { alertId, type RaisedAlert } from './raised-alert';

/** Alerts that were not sent one by one, told in one message. */
export interface WithheldAlerts {
  readonly alerts: number;
  readonly devices: number;
  /** The first of them, for a start. */
  readonly ids: readonly string[];
  /** Event times of the earliest and the latest, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** What may be sent now. */
export interface Admission {
  readonly admitted: readonly RaisedAlert[];
  readonly withheld: readonly RaisedAlert[];
  /** Due now: of what has been withheld since the last one. */
  readonly summary?: WithheldAlerts;
}

const minuteMs = 60_000;
/** As many as one cares to read at once, of devices and alerts. */
const mostNamed = 20;

/**
 * Keeps a person's phone from ringing ten thousand times when a plant loses power: so many alerts a minute and no more, of those at hand
 * the ones that stand out most. The others are counted, and told together in one message a minute, the first of them at once.
 *
 * One for all shards of a process. What it has withheld and not yet told is forgotten with the process; the log has it, and the lake has
 * the scores.
 */
export class FloodGuard {
  /** When the current minute began, and how many were admitted in it. */
  private minute = { startMs: -Infinity, admitted: 0 };
  private summarizedMs = -Infinity;
  private pending:
    { alerts: number; readonly devices: Set<string>; readonly ids: string[]; from: number; to: number } | undefined;

  /** @param perMinute a whole number of at least 1 */
  constructor(
    private readonly perMinute: number,
    private readonly clock: Clock,
  ) {}

  admit(alerts: readonly RaisedAlert[]): Admission {
    const now = this.clock.monotonicMs();
    if (now - this.minute.startMs >= minuteMs) {
      this.minute = { startMs: now, admitted: 0 };
    }
    const bySize = [...alerts].sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
    const admitted = bySize.slice(0, this.perMinute - this.minute.admitted);
    const withheld = bySize.slice(admitted.length);
    this.minute.admitted += admitted.length;
    withheld.forEach((alert) => this.note(alert));
    const summary = this.summaryIfDue(now);
    return { admitted, withheld, ...(summary !== undefined && { summary }) };
  }

  private note(alert: RaisedAlert): void {
    const { deviceId, eventTime } = alert;
    const pending = (this.pending ??= { alerts: 0, devices: new Set(), ids: [], from: eventTime, to: eventTime });
    pending.alerts += 1;
    pending.devices.add(deviceId);
    pending.from = Math.min(pending.from, eventTime);
    pending.to = Math.max(pending.to, eventTime);
    if (pending.ids.length < mostNamed) {
      pending.ids.push(alertId(alert));
    }
  }

  private summaryIfDue(now: number): WithheldAlerts | undefined {
    const { pending } = this;
    if (pending === undefined || now - this.summarizedMs < minuteMs) {
      return undefined;
    }
    this.summarizedMs = now;
    this.pending = undefined;
    const { alerts, devices, from, ids, to } = pending;
    return { alerts, devices: devices.size, ids, from, to };
  }
}
