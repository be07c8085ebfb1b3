import type { Domain } from '../../core/domain';
import { UsageError } from './usage-error';

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
