import type { SeededRandom } from '../../../core/random';

/**
 * A quantity that wanders around zero and tends back to it (Ornstein-Uhlenbeck process): weather, demand, a drifting sensor. Exact
 * for any step, so that how often a machine reports does not change how its surroundings behave.
 */
export class Wander {
  private value: number;

  constructor(
    /** Standard deviation in the long run. */
    private readonly deviation: number,
    /** How long it remembers, in milliseconds. */
    private readonly memoryMs: number,
    private readonly random: SeededRandom,
  ) {
    this.value = random.normal(0, deviation);
  }

  /** The value `elapsedMs` later. */
  advance(elapsedMs: number): number {
    const keep = Math.exp(-elapsedMs / this.memoryMs);
    this.value = this.value * keep + this.deviation * Math.sqrt(1 - keep * keep) * this.random.normal();
    return this.value;
  }
}
