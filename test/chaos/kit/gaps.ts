import type { Session } from './journal';

/** Something that was done to a worker process. */
export interface FleetAction {
  readonly timeMs: number;
  readonly kind: 'stop' | 'kill' | 'pause';
  readonly worker: string;
}

/** Why a shard moved: its worker was stopped cleanly, killed, paused, or it was moved to even out the load. */
export type MoveCause = 'stop' | 'kill' | 'pause' | 'balance';

/** A shard that went from one worker to another. */
export interface Move {
  readonly shardId: string;
  readonly from: string;
  readonly to: string;
  readonly cause: MoveCause;
  /** When the next worker processed its first record of the shard, milliseconds since the epoch. */
  readonly atMs: number;
  /** Without processing: from the last record of the one worker to the first of the next, in milliseconds. */
  readonly gapMs: number;
  /** Records that were processed by both. */
  readonly repeated: number;
}

/** Every move of a shard from one worker to another, where both processed records. The stream must never run dry meanwhile. */
export function findMoves(sessions: readonly Session[], actions: readonly FleetAction[]): readonly Move[] {
  const byShard = new Map<string, Session[]>();
  for (const session of sessions.filter(({ records }) => records.length > 0)) {
    byShard.set(session.shardId, [...(byShard.get(session.shardId) ?? []), session]);
  }
  return [...byShard.values()].flatMap((ofShard) => {
    const inTurn = ofShard.sort((a, b) => firstMs(a) - firstMs(b));
    return inTurn.slice(1).flatMap((next, index) => {
      const previous = inTurn[index];
      if (previous === undefined || previous.worker === next.worker) {
        return [];
      }
      const before = new Set(previous.records.map(({ sequenceNumber }) => sequenceNumber));
      const atMs = firstMs(next);
      // What a worker that was paused did after it woke is no processing of the shard any more.
      const lastMs = previous.records.reduce((last, { timeMs }) => (timeMs <= atMs ? Math.max(last, timeMs) : last), -Infinity);
      return [
        {
          shardId: next.shardId,
          from: previous.worker,
          to: next.worker,
          cause: causeOf(previous.worker, lastMs, atMs, actions),
          atMs,
          gapMs: atMs - lastMs,
          repeated: next.records.filter(({ sequenceNumber }) => before.has(sequenceNumber)).length,
        },
      ];
    });
  });
}

/** A worker that is paused processed its last record of a shard at most this long before, in milliseconds. */
const slackMs = 3000;

function causeOf(worker: string, lastMs: number, atMs: number, actions: readonly FleetAction[]): MoveCause {
  const done = actions.filter((action) => action.worker === worker && action.timeMs <= atMs);
  // A worker that was told to stop goes on until others take over; it gets no shard again.
  const end = done.find(({ kind }) => kind !== 'pause');
  return end?.kind ?? done.find(({ timeMs }) => timeMs >= lastMs - slackMs)?.kind ?? 'balance';
}

function firstMs(session: Session): number {
  return session.records[0]?.timeMs ?? session.startMs;
}

/** Count, median, 95th percentile and worst of some durations, in milliseconds. */
export interface Spread {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** Undefined when there are none. */
export function spread(durations: readonly number[]): Spread | undefined {
  if (durations.length === 0) {
    return undefined;
  }
  const rising = [...durations].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(rising[Math.min(rising.length - 1, Math.floor(share * rising.length))] ?? 0);
  return { count: rising.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1) };
}
