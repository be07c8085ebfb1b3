import type { Clock } from '../clock';
import type { Scheduler, Timer } from './scheduler';

export interface MachineClock {
  /** Monotonic time at the start of the simulation: differs from machine to machine, so nothing may compare it with another's. */
  readonly originMs: number;
  /** How far the wall clock is off, in milliseconds. */
  readonly wallSkewMs: number;
  /** How fast the monotonic clock runs; 1 = exactly. */
  readonly rate: number;
}

/**
 * `paused`: nothing runs, the clock goes on (garbage collection, SIGSTOP). `suspended`: the monotonic clock stands still as well (a
 * laptop's lid, a virtual machine being moved). `dead`: nothing runs any more.
 */
export type MachineState = 'running' | 'paused' | 'suspended' | 'dead';

/** Wall-clock time at the start of every simulation. */
export const startWallMs = Date.UTC(2026, 0, 1);

/** Clocks agree with sleeps to within this; floating-point sums do not come out even. */
const toleranceMs = 1e-6;

/** One process on one machine: its clock, and the gate through which everything that happens to it comes in. */
export class Machine {
  readonly clock: Clock;
  private current: MachineState = 'running';
  private held: (() => void)[] = [];
  private suspendedAtMs = 0;
  /** Virtual time that the monotonic clock has missed. */
  private missedMs = 0;
  private wallStepMs = 0;
  private open = 0;
  /** How often it was paused or suspended. */
  pauses = 0;
  /** Virtual time at which something last befell it or ended for it. */
  disturbedMs: number;
  /** Virtual time at which it last went on. */
  resumedMs = -Infinity;
  /** Virtual time since which its clocks have counted everything; others cannot hold it to what it could not measure. */
  lastSuspendedMs = -Infinity;

  constructor(
    private readonly scheduler: Scheduler,
    readonly name: string,
    private readonly settings: MachineClock,
  ) {
    this.disturbedMs = scheduler.nowMs;
    this.clock = {
      monotonicMs: () => this.monotonicMs(),
      wallMs: () => startWallMs + this.scheduler.nowMs + this.settings.wallSkewMs + this.wallStepMs,
      sleep: (ms, signal) => this.sleep(ms, signal),
    };
  }

  get state(): MachineState {
    return this.current;
  }

  get running(): boolean {
    return this.current === 'running';
  }

  /** How many of its timers are running. */
  get sleepers(): number {
    return this.open;
  }

  /** Something comes in: it runs now, when the machine goes on, or never. */
  enter(run: () => void): void {
    if (this.current === 'running') {
      run();
    } else if (this.current !== 'dead') {
      this.held.push(run);
    }
  }

  /** Something befalls it, or is over. */
  disturb(): void {
    this.disturbedMs = this.scheduler.nowMs;
  }

  pause(): void {
    this.disturb();
    if (this.current === 'running') {
      this.current = 'paused';
      this.pauses += 1;
    }
  }

  suspend(): void {
    this.disturb();
    if (this.current === 'running') {
      this.current = 'suspended';
      this.pauses += 1;
      this.suspendedAtMs = this.scheduler.nowMs;
    }
  }

  resume(): void {
    this.disturb();
    if (this.current === 'suspended') {
      this.missedMs += this.scheduler.nowMs - this.suspendedAtMs;
      this.lastSuspendedMs = this.scheduler.nowMs;
    }
    if (this.current === 'paused' || this.current === 'suspended') {
      this.current = 'running';
      this.resumedMs = this.scheduler.nowMs;
      // Each in an event of its own, as an event loop takes them.
      for (const run of this.held.splice(0)) {
        this.scheduler.after(0, () => this.enter(run));
      }
    }
  }

  /** No more of its code runs. What it has sent is on its way. */
  kill(): void {
    this.disturb();
    this.current = 'dead';
    this.held = [];
  }

  /** The wall clock is set: it is now off by this much more than at first. */
  stepWall(ms: number): void {
    this.wallStepMs = ms;
  }

  private monotonicMs(): number {
    const nowMs = this.current === 'suspended' ? this.suspendedAtMs : this.scheduler.nowMs;
    return this.settings.originMs + (nowMs - this.missedMs) * this.settings.rate;
  }

  private sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const dueMs = this.monotonicMs() + Math.max(0, ms);
      let timer: Timer;
      let over = false;
      this.open += 1;
      const done = (): void => {
        if (over) {
          return;
        }
        over = true;
        this.open -= 1;
        this.scheduler.cancel(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const fire = (): void => {
        // It fires too early by as much as the clock stood still meanwhile.
        const leftMs = dueMs - this.monotonicMs();
        if (leftMs > toleranceMs) {
          timer = this.scheduler.after(leftMs / this.settings.rate, enter);
        } else {
          done();
        }
      };
      const enter = (): void => this.enter(fire);
      timer = this.scheduler.after(Math.max(0, ms) / this.settings.rate, enter);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}
