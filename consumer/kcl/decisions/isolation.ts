import { comparePositions, type Position } from './position';

/**
 * Finding the record that a processor fails on, among those after the checkpoint.
 *
 * A processor may hold records back and fail on them later, so the records at fault can be any that were given since the checkpoint. They
 * are given again in parts, each to a processor of its own that must finish it (`handOver`) before the next. A part that fails is halved;
 * one that is done doubles the next. A record that fails by itself is tried again, and after enough tries it is given up. A record that the
 * processor names is given up as soon as everything before it is done.
 */
export interface Isolation {
  /** The last record that may be at fault; beyond it the work goes on as usual. */
  readonly until: Position;
  /** The most records of the next part. */
  readonly window: number;
  /** How often the first record after the checkpoint has failed by itself. */
  readonly attempts: number;
  readonly named: NamedRecord | undefined;
  /** Records in a row that were given up without being named: that many point at something else than the records. */
  readonly givenUpInRow: number;
}

/** A record that the processor has named itself. */
export interface NamedRecord {
  readonly position: Position;
  readonly reason: string;
  readonly error: unknown;
}

export function startIsolation(until: Position, named: NamedRecord | undefined): Isolation {
  return { until, window: firstWindow, attempts: 0, named, givenUpInRow: 0 };
}

/** Records of the first part. That everything together fails is known already. */
const firstWindow = 1024;
const largestWindow = 10_000;

/** Whether nothing that may be at fault is left. */
export function isCleared({ until }: Isolation, checkpoint: Position, next: Position | undefined): boolean {
  return comparePositions(checkpoint, until) >= 0 || (next !== undefined && comparePositions(next, until) > 0);
}

/** A named record that lies before the next one is not there any more: it was checkpointed, or it never was a record. */
export function withoutPassed(isolation: Isolation, next: Position): Isolation {
  const { named } = isolation;
  return named !== undefined && comparePositions(named.position, next) < 0 ? { ...isolation, named: undefined } : isolation;
}

/** How many of these records, the first after the checkpoint, the next part has; 0: the first is the one that was named. */
export function partSize(isolation: Isolation, records: readonly Position[]): number {
  const { named, until, window } = isolation;
  const most = Math.min(window, records.length);
  for (let index = 0; index < most; index += 1) {
    const record = records[index] as Position;
    if (comparePositions(record, until) > 0 || (named !== undefined && comparePositions(record, named.position) >= 0)) {
      return index;
    }
  }
  return most;
}

export function afterPart(isolation: Isolation, size: number): Isolation {
  return { ...isolation, window: Math.min(largestWindow, Math.max(isolation.window, size) * 2), attempts: 0, givenUpInRow: 0 };
}

/** `divided`: try a smaller part. `retry`: try the one record again. `give-up`: the policy decides about it. */
export type FailureVerdict = 'divided' | 'retry' | 'give-up' | 'named';

export interface PartFailure {
  /** Records of the part. */
  readonly size: number;
  /** Whether some of them were checkpointed nevertheless. */
  readonly advanced: boolean;
  /** The record of the part that the processor names. */
  readonly named: NamedRecord | undefined;
}

export function afterFailure(
  isolation: Isolation,
  { size, advanced, named }: PartFailure,
  maxAttempts: number,
): { readonly isolation: Isolation; readonly verdict: FailureVerdict } {
  if (named !== undefined) {
    return { isolation: { ...isolation, named, attempts: 0 }, verdict: 'named' };
  }
  if (size > 1) {
    return { isolation: { ...isolation, window: Math.floor(size / 2), attempts: 0 }, verdict: 'divided' };
  }
  const attempts = advanced ? 0 : isolation.attempts + 1;
  return { isolation: { ...isolation, attempts }, verdict: attempts >= maxAttempts ? 'give-up' : 'retry' };
}

/** After the first record was given up. */
export function afterGivingUp(isolation: Isolation): Isolation {
  const givenUpInRow = isolation.named === undefined ? isolation.givenUpInRow + 1 : isolation.givenUpInRow;
  return { ...isolation, named: undefined, attempts: 0, givenUpInRow };
}
