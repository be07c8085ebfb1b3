import type { ExpectedOutcome, OutgoingRecord } from '../../core/domain';
import type { Progress } from './send';

/** What the records should become, counted; null when the source does not know of every one. */
export type ExpectedCounts = Readonly<Partial<Record<ExpectedOutcome, number>>> | null;

/** One line of the fleet's output, as JSON. The last line of a run is of another type than `progress`. */
export type FleetMessage =
  | ({ readonly type: 'progress' } & Progress)
  | ({ readonly type: 'done'; readonly expected: ExpectedCounts } & Progress)
  /** Stopped from outside before everything was sent. */
  | ({ readonly type: 'stopped'; readonly expected: ExpectedCounts } & Progress)
  /** `code` is a FleetErrorCode, or the name of an error that the fleet does not know. */
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** Counts what the records that were sent should become. */
export class ExpectedTally {
  private readonly counts = new Map<ExpectedOutcome, number>();
  private isKnown = true;

  add({ expected }: OutgoingRecord): void {
    if (expected === undefined) {
      this.isKnown = false;
    } else {
      this.counts.set(expected, (this.counts.get(expected) ?? 0) + 1);
    }
  }

  get result(): ExpectedCounts {
    return this.isKnown ? Object.fromEntries(this.counts) : null;
  }
}
