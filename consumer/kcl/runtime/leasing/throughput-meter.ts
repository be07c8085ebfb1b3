import type { Clock } from '../../clock';

/** How fast the average follows, in milliseconds: after this long, what came before counts for a third. */
const timeConstantMs = 60_000;

/** Between two steps of the average, at least, in milliseconds. */
const leastStepMs = 1000;

/**
 * What a shard brings, in KiB of data a second: an exponential moving average over a minute, so that a burst moves no lease.
 *
 * Source: `LeaseStatsRecorder`, whose average follows within two renewals.
 */
export class ThroughputMeter {
  private bytes = 0;
  private sinceMs: number;

  /** @param averageKBps - what the shard's last owner had measured */
  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private averageKBps: number | undefined,
  ) {
    this.sinceMs = clock.monotonicMs();
  }

  add(bytes: number): void {
    this.bytes += bytes;
  }

  /** The average up to now; undefined as long as nothing has been measured. */
  read(): number | undefined {
    const nowMs = this.clock.monotonicMs();
    const elapsedMs = nowMs - this.sinceMs;
    if (elapsedMs >= leastStepMs) {
      const measured = this.bytes / 1024 / (elapsedMs / 1000);
      const weight = 1 - Math.exp(-elapsedMs / timeConstantMs);
      this.averageKBps = this.averageKBps === undefined ? measured : this.averageKBps + weight * (measured - this.averageKBps);
      this.bytes = 0;
      this.sinceMs = nowMs;
    }
    return this.averageKBps;
  }
}
