import type { Random } from '../clock';
import type { Lease } from './lease';

/**
 * Which leases a worker takes after a scan. Every worker decides alone, from the table; nobody assigns.
 *
 * A worker's share is ceil(leases / workers alive). Below it, a worker first takes leases that nobody keeps alive, the longest dead
 * first; when there are none, it steals from the most loaded worker, and only if that one keeps at least as many as the thief then
 * has. So the loads approach each other until they differ by one at most, and then nothing moves.
 *
 * Source: `DynamoDBLeaseTaker`.
 */
export interface PlanInput {
  /** The leases that can be worked on: not ended, and no parent of theirs still has records. */
  readonly leases: readonly CandidateLease[];
  readonly me: string;
  /** The most leases this worker may hold. */
  readonly maxLeases: number;
  /** The most leases stolen in one go. */
  readonly maxSteals: number;
  readonly random: Random;
}

export interface CandidateLease {
  readonly lease: Lease;
  /** This worker works on it, or has just stopped to. */
  readonly held: boolean;
  /** See `deadSince`. */
  readonly deadSinceMs: number | undefined;
}

export interface PlannedTake {
  readonly lease: Lease;
  readonly reason: TakeReason;
}

/** `own`: the row names this worker, which does not work on it: it was restarted under its old name. */
export type TakeReason = 'unowned' | 'expired' | 'own' | 'stolen';

export function planTakes(input: PlanInput): readonly PlannedTake[] {
  const { leases, me } = input;
  const loads = loadOfLiving(leases, me);
  const mine = leases.filter(({ held }) => held).length;
  const share = Math.ceil(leases.length / loads.size);
  const need = Math.min(share, input.maxLeases) - mine;
  if (need <= 0) {
    return [];
  }
  const free = shuffle(leases.filter(isFree(me)), input.random).sort((a, b) => sortKey(a, me) - sortKey(b, me));
  if (free.length > 0) {
    return free.slice(0, need).map(({ lease }) => ({ lease, reason: reasonToTake(lease, me) }));
  }
  return steal(input, loads, mine, Math.min(need, input.maxSteals));
}

/** The load of each worker that keeps a lease alive, and of this one. */
function loadOfLiving(leases: readonly CandidateLease[], me: string): Map<string, number> {
  const loads = new Map([[me, 0]]);
  for (const { lease, held, deadSinceMs } of leases) {
    const owner = held ? me : deadSinceMs === undefined && lease.owner !== me ? lease.owner : undefined;
    if (owner !== undefined) {
      loads.set(owner, (loads.get(owner) ?? 0) + 1);
    }
  }
  return loads;
}

function isFree(me: string): (candidate: CandidateLease) => boolean {
  return ({ lease, held, deadSinceMs }) => !held && (deadSinceMs !== undefined || lease.owner === me);
}

function sortKey({ lease, deadSinceMs }: CandidateLease, me: string): number {
  // Finite, because the difference of two infinities is no number.
  return lease.owner === me || lease.owner === undefined ? -Number.MAX_VALUE : (deadSinceMs ?? 0);
}

function reasonToTake({ owner }: Lease, me: string): TakeReason {
  return owner === undefined ? 'unowned' : owner === me ? 'own' : 'expired';
}

function steal(input: PlanInput, loads: Map<string, number>, mine: number, atMost: number): readonly PlannedTake[] {
  const others = shuffle(
    [...loads].filter(([worker]) => worker !== input.me),
    input.random,
  ).sort((a, b) => b[1] - a[1]);
  const [victim, load] = others[0] ?? [undefined, 0];
  const count = Math.min(atMost, Math.floor((load - mine) / 2));
  if (victim === undefined || count <= 0) {
    return [];
  }
  const owned = input.leases.filter(({ lease, held }) => !held && lease.owner === victim);
  return shuffle(owned, input.random)
    .slice(0, count)
    .map(({ lease }) => ({ lease, reason: 'stolen' }));
}

/** A copy in random order (Fisher–Yates), so that workers that look at the same time do not all try the same lease first. */
function shuffle<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [copy[last], copy[other]] = [copy[other] as T, copy[last] as T];
  }
  return copy;
}
