import type { Position } from '../../decisions/position';
import {
  claimAt,
  overtakenBy,
  startTrack,
  trackGiven,
  trackStored,
  trackTip,
  type Arrival,
  type Overtaken,
  type WatermarkTrack,
} from '../../decisions/watermark';

/** The watermark of one lease while this worker holds it, whatever becomes of the shard's processors. */
export class ArrivalWatermark {
  private track: WatermarkTrack;

  /** @param storedMs - what the lease claimed when it was taken */
  constructor(
    private readonly marginMs: number,
    storedMs: number | undefined,
  ) {
    this.track = startTrack(storedMs);
  }

  /** A processor is about to see these. @returns those that should have come before, by what the lease claims */
  given(records: readonly Arrival[]): Overtaken | undefined {
    const { claimedMs } = this.track;
    this.track = trackGiven(this.track, records, this.marginMs);
    return claimedMs === undefined ? undefined : overtakenBy(claimedMs, records);
  }

  /** A tip has been confirmed; see `trackTip`. */
  tip(through: Position, completeBeforeMs: number | undefined): void {
    this.track = trackTip(this.track, through, completeBeforeMs, this.marginMs);
  }

  /** What a write may claim that leaves the lease at this checkpoint. */
  at(checkpoint: Position): number | undefined {
    return claimAt(this.track, checkpoint);
  }

  /** The lease stands in the table with this claim. */
  stored(storedMs: number | undefined): void {
    this.track = trackStored(this.track, storedMs);
  }
}
