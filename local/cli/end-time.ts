import type { Domain } from '../../core/domain';
import { UsageError } from './usage-error';

const hourMs = 3_600_000;

/**
 * Refuses a simulation that ends where its messages would be quarantined for their clocks: records arrive when they are sent, so all
 * of the simulated time must lie within the domain's tolerance of now. The simulated time may take up half of it.
 *
 * @throws UsageError naming the span that is allowed
 */
export function checkEndTime(endTime: number | undefined, { clock }: Domain, now: number): void {
  if (endTime === undefined) {
    return;
  }
  const earliest = clock.behindMs === undefined ? -Infinity : now - clock.behindMs / 2;
  const latest = now + clock.aheadMs;
  if (endTime < earliest || endTime > latest) {
    const from = earliest === -Infinity ? '' : `from ${new Date(earliest).toISOString()} `;
    throw new UsageError(
      `--end-time ${new Date(endTime).toISOString()}: allowed is ${from}to ${new Date(latest).toISOString()}, ` +
        'because devices whose clocks are further off go to quarantine',
    );
  }
}

/**
 * Where the simulated time of a run ends: as asked for, or where the latest training window does that can be closed by now. Windows end
 * on full hours.
 *
 * @param windowDelayMs how long after the end of a window its rows may still come into the lake, by the template, in milliseconds
 * @returns milliseconds since the epoch
 * @throws UsageError when a window that ends with the simulated time cannot be closed yet, with the latest end that can
 */
export function endTimeFor(asked: number | undefined, windowDelayMs: number, now: number): number {
  const latest = Math.floor((now - windowDelayMs) / hourMs) * hourMs;
  if (asked !== undefined && windowEnd(asked) > latest) {
    const closes = new Date(windowEnd(asked) + windowDelayMs).toISOString();
    throw new UsageError(
      `--end-time ${new Date(asked).toISOString()}: allowed is up to ${new Date(latest).toISOString()}, because the training window of ` +
        `later records is still open: it closes at ${closes}, the allowed lateness and Firehose's buffering after the next full hour`,
    );
  }
  return asked ?? latest;
}

/** When a run was due that trains on the window which ends with the data: the first time at which that can be closed. */
export function dueAfter(endTime: number, windowDelayMs: number): number {
  return windowEnd(endTime) + windowDelayMs;
}

function windowEnd(endTime: number): number {
  return Math.ceil(endTime / hourMs) * hourMs;
}
