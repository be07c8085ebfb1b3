/** What must hold in every run, by the number and the name under which a violation is told. */
export const invariants = {
  'counter-rises': '1. leaseCounter rises with every write of owner, renewal or checkpoint',
  fencing: "2. for one counter value at most one worker's write succeeds; a paused worker that wakes never moves a checkpoint",
  'checkpoint-forward':
    '3. a checkpoint never goes back, and never passes the last record whose delivery is complete without a gap',
  'parents-first': '4. no record of a child is processed before every parent that has a lease is at SHARD_END',
  complete: '5. the union of processed records is all records; within a shard the order holds, replays aside',
  coverage: '6. after any sequence of splits and merges the leases cover 0 … 2^128−1; none goes before it has served',
  'lost-reply': '7. a write whose reply was lost never costs an owned lease',
  'hand-off': '8. a hand-off ends within its time-out plus one failover time, whoever crashes; before that nobody breaks it off',
  balance: '9. load converges to max − min ≤ 1 and then stays: no thrashing at fixed membership',
  expiry: '10. a worker stops processing before others see its lease as expired; a dead fetcher never renews',
  'foreign-kept': '11. unknown attributes and rows come back unchanged',
  aggregates: '12. deaggregate(aggregate(x)) = x, and what is skipped is counted',
  watermark:
    '13. a watermark never passes a record that is not checkpointed, and never goes back; that of an idle shard follows the time',
  /** Not one of the thirteen: what the README promises beside them. */
  'orderly-end': 'a worker ends only when told to, and then within its grace',
} as const;

export type Invariant = keyof typeof invariants;

/** Which rule was broken, how, and when. */
export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
  /** Virtual time in milliseconds. */
  readonly atMs: number;
}

/** Ends a run that went wrong. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';

  constructor(
    readonly invariant: Invariant,
    message: string,
    readonly atMs: number,
  ) {
    super(message);
  }

  get told(): Violation {
    return { invariant: this.invariant, message: this.message, atMs: this.atMs };
  }
}
