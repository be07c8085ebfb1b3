import { InvariantViolation, type Invariant } from './invariants';

/** Keeps the first violation of a run: what comes after it may be its consequence. */
export class Judge {
  private first: InvariantViolation | undefined;

  constructor(private readonly nowMs: () => number) {}

  get violation(): InvariantViolation | undefined {
    return this.first;
  }

  /** @throws InvariantViolation always, so that the code that is being observed does not go on; it may well catch it */
  violated(invariant: Invariant, message: string): never {
    const violation = new InvariantViolation(invariant, message, this.nowMs());
    this.first ??= violation;
    throw violation;
  }
}
