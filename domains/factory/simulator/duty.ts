import { hourMs } from '../../../core/features/statistics';
import type { SeededRandom } from '../../../core/random';
import { Wander } from './wander';

/** When a machine is needed. */
export type Schedule = 'continuous' | 'three-shift' | 'two-shift' | 'on-demand';

/** Which part of the time a machine of each schedule runs. */
export const runningShare: Readonly<Record<Schedule, number>> = {
  continuous: 1,
  // Monday 6:00 to Sunday 6:00.
  'three-shift': 6 / 7,
  // Monday to Friday, 6:00 to 22:00.
  'two-shift': (5 * 16) / (7 * 24),
  'on-demand': 2 / 3,
};

const dayMs = 24 * hourMs;
/** On demand, a machine runs for five hours on average and then waits half as long. */
const meanRunMs = 5 * hourMs;
const meanWaitMs = 2.5 * hourMs;

/** How much a machine is asked for over time: shifts, weekdays, demand that wanders. */
export class Duty {
  private readonly demand: Wander;
  private isNeeded = true;
  private untilChangeMs: number;

  constructor(
    private readonly schedule: Schedule,
    /** Load when demand is as usual, from 0 to 1. */
    private readonly usualLoad: number,
    private readonly utcOffsetHours: number,
    private readonly random: SeededRandom,
  ) {
    this.demand = new Wander(0.09, 5 * hourMs, random);
    this.untilChangeMs = random.exponential(meanRunMs);
  }

  /** The load asked for at `time`, `elapsedMs` after the last call, from 0 to 1.15; 0 when the machine is not needed. */
  at(time: number, elapsedMs: number): number {
    const local = time + this.utcOffsetHours * hourMs;
    const hour = (((local % dayMs) + dayMs) % dayMs) / hourMs;
    const wandering = this.demand.advance(elapsedMs);
    if (!this.isRunning(local, hour, elapsedMs)) {
      return 0;
    }
    const daytime = hour >= 7 && hour < 19 ? 0.04 : -0.04;
    return Math.min(1.15, Math.max(0.2, this.usualLoad + daytime + wandering));
  }

  private isRunning(local: number, hour: number, elapsedMs: number): boolean {
    // 1 January 1970 was a Thursday; 0 is Monday.
    const weekday = (Math.floor(local / dayMs) + 3) % 7;
    switch (this.schedule) {
      case 'continuous':
        return true;
      case 'three-shift':
        return !(weekday === 6 && hour >= 6) && !(weekday === 0 && hour < 6);
      case 'two-shift':
        return weekday < 5 && hour >= 6 && hour < 22;
      case 'on-demand':
        this.untilChangeMs -= elapsedMs;
        if (this.untilChangeMs <= 0) {
          this.isNeeded = !this.isNeeded;
          this.untilChangeMs = this.random.exponential(this.isNeeded ? meanRunMs : meanWaitMs);
        }
        return this.isNeeded;
    }
  }
}
