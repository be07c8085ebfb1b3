import type { TimeWindow } from '../../../core/training-set';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What decides which event time is closed. */
export interface WindowInput {
  /** When the run was due, in milliseconds since the epoch: not when it runs, so that a late or repeated run plans the same. */
  readonly scheduledTime: number;
  /** How long after its event time a row may still arrive at the stream, in seconds. */
  readonly allowedLatenessSeconds: number;
  /** How long after its arrival a row may still be missing from the lake, in seconds. */
  readonly deliveryBufferSeconds: number;
  /** @default - everything from 1970 on */
  readonly windowDays?: number;
}

/**
 * The latest span of event time for which every row has reached the lake, its end on a full hour.
 *
 * A domain without `windowDays` welcomes history: its window starts at the epoch, so that recordings of any age are in.
 */
export function closedWindow({
  scheduledTime,
  allowedLatenessSeconds,
  deliveryBufferSeconds,
  windowDays,
}: WindowInput): TimeWindow {
  const closed = scheduledTime - (allowedLatenessSeconds + deliveryBufferSeconds) * 1000;
  const end = Math.floor(closed / hourMs) * hourMs;
  return { start: windowDays === undefined ? 0 : end - windowDays * dayMs, end };
}
