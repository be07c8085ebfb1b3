/** Something that will happen at a virtual time. */
export interface Timer {
  readonly dueMs: number;
  /** Among timers that are due at the same time the one set first comes first. */
  readonly order: number;
  run: (() => void) | undefined;
}

/**
 * How many events are handed to the event loop at a time. Node.js runs all microtasks after each callback of `setImmediate`, so one
 * callback is one event with everything that it sets off; a new turn of the loop for each would cost several times as much.
 */
const eventsPerTurn = 64;

/**
 * Virtual time. Events happen one at a time, in the order of their times; before the next, every promise that can go on has gone on.
 * Nothing else decides about order, so the same events give the same run.
 */
export class Scheduler {
  private readonly heap: Timer[] = [];
  private order = 0;
  private now = 0;
  private ran = 0;

  /** Milliseconds since the start. */
  get nowMs(): number {
    return this.now;
  }

  /** How many events have happened. */
  get events(): number {
    return this.ran;
  }

  after(ms: number, run: () => void): Timer {
    const timer: Timer = { dueMs: this.now + Math.max(0, ms), order: this.order, run };
    this.order += 1;
    this.push(timer);
    return timer;
  }

  cancel(timer: Timer): void {
    timer.run = undefined;
  }

  /**
   * Lets time pass until `endMs`, or until `enough` holds after an event.
   *
   * @throws what an event throws
   */
  runUntil(endMs: number, enough: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false;
      const step = (): void => {
        if (over) {
          return;
        }
        if (enough()) {
          over = true;
          resolve();
          return;
        }
        const timer = this.nextBefore(endMs);
        if (timer === undefined) {
          this.now = Math.max(this.now, endMs);
          over = true;
          resolve();
          return;
        }
        this.now = timer.dueMs;
        this.ran += 1;
        try {
          timer.run?.();
        } catch (error: unknown) {
          over = true;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const turn = (): void => {
        step();
        if (over) {
          return;
        }
        for (let i = 1; i < eventsPerTurn; i += 1) {
          setImmediate(step);
        }
        setImmediate(turn);
      };
      setImmediate(turn);
    });
  }

  private nextBefore(endMs: number): Timer | undefined {
    for (;;) {
      const first = this.heap[0];
      if (first === undefined || first.dueMs > endMs) {
        return undefined;
      }
      this.pop();
      if (first.run !== undefined) {
        return first;
      }
    }
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Timer;
      if (!comesBefore(timer, parent)) {
        break;
      }
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) {
      return;
    }
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) {
        break;
      }
      if (below + 1 < heap.length && comesBefore(heap[below + 1] as Timer, heap[below] as Timer)) {
        below += 1;
      }
      const child = heap[below] as Timer;
      if (!comesBefore(child, last)) {
        break;
      }
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

function comesBefore(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
