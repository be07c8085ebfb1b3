import { hourMs } from '../../../core/features/statistics';
import type { SeededRandom } from '../../../core/random';
import type { Cause, Component, MachineKind } from '../machines';

/**
 * How parts wear. Each part has a life drawn from a Weibull distribution, which load and heat use up. For most of it nothing
 * shows; in the last stretch, one to a few days, damage grows and shows in what the sensors see, until the part fails. (Maintenance
 * engineers call that stretch the P-F interval.) How strongly it shows differs from one time to the next.
 */
export interface PartKind {
  readonly component: Component;
  readonly cause: Cause;
  /** Life compared with that of the other parts. */
  readonly relativeLife: number;
  readonly machines: readonly MachineKind[];
}

const partKinds: readonly PartKind[] = [
  { component: 'bearing', cause: 'wear', relativeLife: 1.6, machines: ['pump', 'fan', 'compressor', 'motor'] },
  { component: 'seal', cause: 'leak', relativeLife: 2, machines: ['pump', 'compressor', 'fan'] },
  { component: 'cooling', cause: 'overheating', relativeLife: 1.8, machines: ['compressor', 'motor'] },
  { component: 'winding', cause: 'insulation', relativeLife: 3, machines: ['pump', 'fan', 'compressor', 'motor'] },
];

/** Shape of the Weibull distribution of lives: clearly wearing out, and still widely spread. */
const lifeShape = 2.5;
/** Median of the stretch in which damage shows, in running hours. */
const visibleHours = 36;

/** One part of one machine. */
export class Part {
  readonly component: Component;
  readonly cause: Cause;
  private readonly random: SeededRandom;
  private lifeMs = 0;
  private usedMs = 0;
  private visibleMs = 0;
  private amplitude = 1;

  constructor(
    kind: PartKind,
    /** Scale of the part's life, in running milliseconds. */
    private readonly scaleMs: number,
    random: SeededRandom,
  ) {
    this.component = kind.component;
    this.cause = kind.cause;
    this.random = random;
    this.replace();
    // A fleet that has been running for years has parts of every age; it was inspected when the sensors were put on, so that no
    // damage is to be seen yet.
    this.usedMs = (this.lifeMs - 1.2 * this.visibleMs) * random.uniform();
  }

  /** A new part. */
  replace(): void {
    this.lifeMs = Math.max(this.random.weibull(this.scaleMs, lifeShape), 0.2 * this.scaleMs);
    this.usedMs = 0;
    this.visibleMs = Math.min(this.random.logNormal(visibleHours * hourMs, 0.45), 0.6 * this.lifeMs);
    this.amplitude = this.random.logNormal(1, 0.2);
  }

  /** Uses up life. `stress` is 1 at usual load and temperature. */
  wear(runningMs: number, stress: number): void {
    this.usedMs += runningMs * stress;
  }

  get hasFailed(): boolean {
    return this.usedMs >= this.lifeMs;
  }

  /** How far damage has come: 0 as long as nothing shows, 1 when the part fails. */
  get damage(): number {
    return Math.min(1, Math.max(0, 1 - (this.lifeMs - this.usedMs) / this.visibleMs));
  }

  /** How strongly the damage shows. */
  get symptom(): number {
    return this.amplitude * this.damage;
  }
}

/** The parts of a machine of one kind; `scaleMs` scales the life of all. */
export function partsOf(machine: MachineKind, scaleMs: number, random: SeededRandom): Part[] {
  return partKinds
    .filter((kind) => kind.machines.includes(machine))
    .map((kind) => new Part(kind, scaleMs * kind.relativeLife, random.fork(kind.component)));
}
