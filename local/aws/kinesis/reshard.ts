import type { HashRange } from './hash-range';
import { uniformRanges } from './hash-range';

/** One step of resharding, by the ranges of the open shards that it changes. */
export type ReshardStep =
  /** `newStart` becomes the first hash key of the upper child. */
  | { readonly kind: 'split'; readonly range: HashRange; readonly newStart: bigint }
  /** Two neighbours, the lower one first. */
  | { readonly kind: 'merge'; readonly lower: HashRange; readonly upper: HashRange };

/** What a split makes of a range. @throws RangeError when `newStart` is not inside the range, or leaves a child empty */
export function splitRange(range: HashRange, newStart: bigint): readonly [HashRange, HashRange] {
  if (newStart <= range.start || newStart > range.end) {
    throw new RangeError(`${newStart} does not divide the hash keys ${range.start} to ${range.end}`);
  }
  return [
    { start: range.start, end: newStart - 1n },
    { start: newStart, end: range.end },
  ];
}

/**
 * The splits and merges that bring a stream from its open shards to `target` shards of equal size: first every border that is
 * missing is made, then every border that is too many is removed. Short-lived shards come and go on the way, as in AWS.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
 */
export function planShardCount(open: readonly HashRange[], target: number): readonly ReshardStep[] {
  const steps: ReshardStep[] = [];
  const wanted = uniformRanges(target).map(({ start }) => start);
  const pieces = [...open].sort((one, other) => (one.start < other.start ? -1 : 1));
  for (const newStart of wanted) {
    const at = pieces.findIndex((range) => range.start < newStart && newStart <= range.end);
    const range = pieces[at];
    if (range !== undefined) {
      steps.push({ kind: 'split', range, newStart });
      pieces.splice(at, 1, ...splitRange(range, newStart));
    }
  }
  const borders = new Set(wanted);
  for (let at = 1; at < pieces.length;) {
    const lower = pieces[at - 1] as HashRange;
    const upper = pieces[at] as HashRange;
    if (borders.has(upper.start)) {
      at += 1;
    } else {
      steps.push({ kind: 'merge', lower, upper });
      pieces.splice(at - 1, 2, { start: lower.start, end: upper.end });
    }
  }
  return steps;
}
