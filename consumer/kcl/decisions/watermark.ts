import { comparePositions, positionOf, type Position } from './position';

/**
 * How far a shard is complete, by arrival time. Its *watermark* is a time of the stream's clock such that every record that arrived
 * before it has been checkpointed: at the shard, and at the shards that follow it, which hold none that arrived before. It tells those
 * who wait for a span of time what a lag cannot, since what a processor holds back counts as not done.
 *
 * A read gives *marks*: a position, and the time before which everything is dealt with once the checkpoint has come to that position.
 *
 * - A record that was given: what arrived before it lies before it.
 * - The tip: a read that found nothing more was asked for at a time, and whatever arrived before that time has been given by then. Only
 *   once a later read shows that the shard was still open: the tip of a closed shard says nothing of its children, whose records may
 *   be waiting since long. A read that finds nothing and is not at the tip gives no mark: AWS does not say what its place in time is.
 *
 * Arrival times are approximate: they have "no guarantees about the time stamp accuracy, or that the time stamp is always increasing".
 * So every mark is moved back by a margin, which has to be greater than what the clocks of the service's hosts differ by, than the time
 * from a record's stamp until it can be read, and than the time until a reader learns that its shard was closed. Whatever is left out (marks thinned out, a record given twice) makes a watermark
 * lower, never higher.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
export interface WatermarkTrack {
  /** What the lease claims, milliseconds since the epoch; undefined = nothing. Never goes back. */
  readonly claimedMs: number | undefined;
  /** What it may claim once the checkpoint has come further. Positions and times rise; at most `maxMarks`. */
  readonly ahead: readonly Mark[];
}

/** Once the checkpoint is at `position`, or past it, everything that arrived before `beforeMs` has been dealt with. */
export interface Mark {
  readonly position: Position;
  /** Milliseconds since the epoch, the margin taken off. */
  readonly beforeMs: number;
}

/** A record as far as it matters here. */
export type Arrival = Position & { readonly arrivalTimeMs: number };

/** So many places of a batch are marked, the last one among them: a checkpoint in its middle counts as well. */
export const marksPerBatch = 16;

/** More are thinned out. They are kept until the checkpoint comes to them, and a processor may hold back a great many records. */
export const maxMarks = 256;

/** @param claimedMs - what stands in the lease that was taken */
export function startTrack(claimedMs: number | undefined): WatermarkTrack {
  return { claimedMs, ahead: [] };
}

/** Records are given to a processor, in the order of their shard. */
export function trackGiven(track: WatermarkTrack, records: readonly Arrival[], marginMs: number): WatermarkTrack {
  const step = Math.max(1, Math.ceil(records.length / marksPerBatch));
  const first = (records.length - 1) % step;
  return records
    .filter((_, index) => index % step === first)
    .reduce((marked, record) => withMark(marked, record, record.arrivalTimeMs - marginMs), track);
}

/**
 * A tip has been confirmed.
 *
 * @param through - the last position that the reads up to the tip gave; the checkpoint that reading started at when they gave none
 * @param completeBeforeMs - by the stream's clock: whatever arrived before it was in those reads
 */
export function trackTip(
  track: WatermarkTrack,
  through: Position,
  completeBeforeMs: number | undefined,
  marginMs: number,
): WatermarkTrack {
  return completeBeforeMs === undefined ? track : withMark(track, through, completeBeforeMs - marginMs);
}

/** What the lease may claim when its checkpoint is this. */
export function claimAt({ ahead, claimedMs }: WatermarkTrack, checkpoint: Position): number | undefined {
  const reached = ahead.findLast(({ position }) => comparePositions(position, checkpoint) <= 0);
  return later(claimedMs, reached?.beforeMs);
}

/** A write has stored this claim. Marks that say no more are forgotten. */
export function trackStored(track: WatermarkTrack, storedMs: number | undefined): WatermarkTrack {
  const claimedMs = later(track.claimedMs, storedMs);
  const ahead = track.ahead.filter(({ beforeMs }) => beforeMs > (claimedMs ?? -Infinity));
  return { claimedMs, ahead };
}

/** Records that arrived before what was claimed, and therefore should have come before. */
export interface Overtaken {
  readonly records: number;
  /** Of the first. */
  readonly sequenceNumber: string;
  /** By how much the claim was too high, in milliseconds: the margin should be greater by that. */
  readonly byMs: number;
}

/** Whether records that are new show that a claim was false; undefined when they do not. */
export function overtakenBy(claimedMs: number, records: readonly Arrival[]): Overtaken | undefined {
  let overtaken: Overtaken | undefined;
  for (const { arrivalTimeMs, sequenceNumber } of records) {
    // A stream that does not tell arrival times gives 0.
    if (arrivalTimeMs < claimedMs && arrivalTimeMs > 0) {
      overtaken = {
        records: (overtaken?.records ?? 0) + 1,
        sequenceNumber: overtaken?.sequenceNumber ?? sequenceNumber,
        byMs: Math.max(overtaken?.byMs ?? 0, claimedMs - arrivalTimeMs),
      };
    }
  }
  return overtaken;
}

/** Adds a mark, when it says more than those before it. What is given again after a failure has been marked already. */
function withMark(track: WatermarkTrack, position: Position, beforeMs: number): WatermarkTrack {
  const { ahead, claimedMs } = track;
  const last = ahead.at(-1);
  if (beforeMs <= Math.max(claimedMs ?? 0, last?.beforeMs ?? 0)) {
    return track;
  }
  const order = last === undefined ? 1 : comparePositions(position, last.position);
  if (order < 0) {
    return track;
  }
  const mark = { position: positionOf(position), beforeMs: Math.floor(beforeMs) };
  return { claimedMs, ahead: thinned([...(order === 0 ? ahead.slice(0, -1) : ahead), mark]) };
}

/** Every second one goes, the last stays. */
function thinned(marks: readonly Mark[]): readonly Mark[] {
  return marks.length <= maxMarks ? marks : marks.filter((_, index) => (marks.length - 1 - index) % 2 === 0);
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
