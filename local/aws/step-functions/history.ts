/** One passage through a state. A state in a loop, a Map or a branch may be passed more than once. */
export interface StatePassage {
  readonly state: string;
  /** When it was entered, in milliseconds since the epoch. */
  readonly enteredMs: number;
  /** When it was left, or when the execution ended. */
  readonly exitedMs: number;
  /** How often the state was tried again. */
  readonly retries: number;
  /** The name of the last error by which the state failed. @default - it has not */
  readonly error?: string;
}

/** What happens to a state, as it happens. */
export interface StateEvent {
  readonly type: 'entered' | 'exited' | 'failed' | 'retried' | 'caught';
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** The error's name, when the state failed. @default none */
  readonly error?: string;
}

type Open = { -readonly [K in keyof Omit<StatePassage, 'exitedMs'>]: StatePassage[K] } & { exitedMs?: number };

/** Makes passages of a stream of events. Passages of one state that overlap (in a Map) end in the order in which they began. */
export class History {
  private readonly passages: Open[] = [];

  add(event: StateEvent): void {
    if (event.type === 'entered') {
      this.passages.push({ state: event.state, enteredMs: event.atMs, retries: 0 });
      return;
    }
    const open = this.passages.find(({ state, exitedMs }) => state === event.state && exitedMs === undefined);
    if (open === undefined) {
      return;
    }
    if (event.type === 'exited') {
      open.exitedMs = event.atMs;
    } else if (event.type === 'retried') {
      open.retries += 1;
    } else if (event.type === 'failed' && event.error !== undefined) {
      open.error = event.error;
    }
  }

  /** The passages in the order in which they began; those that are still open end at `endMs`. */
  list(endMs: number): readonly StatePassage[] {
    return this.passages.map((passage) => ({ ...passage, exitedMs: passage.exitedMs ?? endMs }));
  }
}
