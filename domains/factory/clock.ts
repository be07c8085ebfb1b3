import type { ClockTolerance } from '../../core/domain';

/** Gateways keep time within minutes, and hold back what they cannot send for weeks; an unset clock shows 1970 or 2000. */
export const clock = { aheadMs: 10 * 60_000, behindMs: 60 * 24 * 3600_000 } as const satisfies ClockTolerance;
