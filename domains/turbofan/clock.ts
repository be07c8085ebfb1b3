import type { ClockTolerance } from '../../core/domain';

/** Recorded flights lie in the past, however long ago. */
export const clock: ClockTolerance = { aheadMs: 10 * 60_000 };
