/** How many processors of a shard are told apart while its lease's counter stands still. A renewal raises it long before. */
export const tokensPerCounter = 1_000_000;

/**
 * The fencing token of a shard's next processor: the lease's counter in millions, and one more for each processor that is made while
 * the counter stands still. A take raises the counter, so tokens of a later owner are higher than all of an earlier one; and a processor
 * that failed, whose last request may still be on its way, has a lower token than the one that the same owner makes in its place.
 *
 * Exact up to a counter of nine thousand million: at ten writes a second that is 28 years.
 *
 * @param counter of the lease as it is now
 * @param last - the token that was given for this lease before; undefined = none
 */
export function nextFencingToken(counter: number, last: number | undefined): number {
  return Math.max(counter * tokensPerCounter, (last ?? -1) + 1);
}
