import type { Random } from '../clock';
import { isAnnounced, isHandOff } from './hand-off';
import type { Lease } from './lease';
import { byCount, type Weigh } from './lease-weight';

/**
 * Which leases a worker takes after a scan. Every worker decides alone, from the table; nobody assigns.
 *
 * A worker's share is ceil(leases / workers that stay). Below it, a worker first takes leases that nobody keeps alive, the longest dead
 * first, and those that a stopping worker offers. When there are none, a worker whose load is below the average takes from the most
 * loaded one that has a lease light enough: what moves must be clearly lighter than the difference of the two loads. So every move
 * evens the loads out, by the same measure in every worker's eyes, and after finitely many nothing moves any more; with equal weights
 * the loads then differ by one at most.
 *
 * Source: `DynamoDBLeaseTaker`; by weights of this library's own.
 */
export interface PlanInput {
  /** The leases that can be worked on: not ended, and no parent of theirs still has records. */
  readonly leases: readonly CandidateLease[];
  readonly me: string;
  /** The most leases this worker may hold. */
  readonly maxLeases: number;
  /** The most leases taken from living workers in one go. */
  readonly maxSteals: number;
  readonly random: Random;
  /** @default each weighs the same */
  readonly weigh?: Weigh;
}

export interface CandidateLease {
  readonly lease: Lease;
  /** This worker works on it or waits for it, or has just stopped to. */
  readonly held: boolean;
  /** See `deadSince`. */
  readonly deadSinceMs: number | undefined;
}

export interface PlannedTake {
  readonly lease: Lease;
  readonly reason: TakeReason;
}

/**
 * `own`: the row names this worker, which does not work on it: it was restarted under its old name. `announced`: its owner is about to
 * stop. `stolen`: its owner has more than its share. `handed-over`: its last holder gave it to this worker, which had asked for it.
 */
export type TakeReason = 'unowned' | 'expired' | 'own' | 'announced' | 'stolen' | 'handed-over';

/**
 * A lease moves only if its weight times this is less than the difference of the loads. Above 1 the move evens out; the rest is what
 * the loads may change afterwards without moving it back.
 */
export const hysteresis = 1.1;

export function planTakes(input: PlanInput): readonly PlannedTake[] {
  const { leases, me } = input;
  const owners = new Map(leases.map((candidate) => [candidate, ownerOf(candidate, me)]));
  const counts = new Map([[me, 0]]);
  for (const owner of owners.values()) {
    if (owner !== undefined) {
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
  }
  const mine = counts.get(me) ?? 0;
  const free = leases.filter((candidate) => owners.get(candidate) === undefined);
  if (free.length > 0) {
    const share = Math.ceil(leases.length / counts.size);
    const need = Math.max(0, Math.min(share, input.maxLeases) - mine);
    return shuffle(free, input.random)
      .sort((a, b) => rank(a, me) - rank(b, me))
      .slice(0, need)
      .map((candidate) => ({ lease: candidate.lease, reason: reasonToTake(candidate, me) }));
  }
  return steal(input, owners, Math.min(input.maxSteals, input.maxLeases - mine));
}

/** The worker that a lease is part of the load of: the one that will have it, when it is being handed over. Undefined: free to take. */
export function ownerOf({ lease, held, deadSinceMs }: CandidateLease, me: string): string | undefined {
  if (held) {
    return isHandOff(lease) && lease.checkpointOwner === me ? lease.owner : me;
  }
  if (deadSinceMs !== undefined || isAnnounced(lease)) {
    return undefined;
  }
  return lease.owner === me && !isHandOff(lease) ? undefined : lease.owner;
}

/** Mine and nobody's first, then the longest dead, then those that are still worked on. */
function rank({ lease, deadSinceMs }: CandidateLease, me: string): number {
  // Finite, because the difference of two infinities is no number.
  return lease.owner === me || lease.owner === undefined ? -Number.MAX_VALUE : (deadSinceMs ?? Number.MAX_VALUE);
}

function reasonToTake({ lease, deadSinceMs }: CandidateLease, me: string): TakeReason {
  return lease.owner === undefined ? 'unowned' : lease.owner === me ? 'own' : deadSinceMs === undefined ? 'announced' : 'expired';
}

function steal(
  { leases, me, random, weigh = byCount }: PlanInput,
  owners: ReadonlyMap<CandidateLease, string | undefined>,
  atMost: number,
): readonly PlannedTake[] {
  const loads = new Map([[me, 0]]);
  const movable = new Map<string, Lease[]>();
  for (const candidate of leases) {
    const { lease, held } = candidate;
    const owner = owners.get(candidate) ?? me;
    loads.set(owner, (loads.get(owner) ?? 0) + weigh(lease));
    if (!held && !isHandOff(lease)) {
      const those = movable.get(owner);
      if (those === undefined) {
        movable.set(owner, [lease]);
      } else {
        those.push(lease);
      }
    }
  }
  const average = [...loads.values()].reduce((sum, load) => sum + load, 0) / loads.size;
  const plan: PlannedTake[] = [];
  for (;;) {
    const myLoad = loads.get(me) ?? 0;
    const move = plan.length < atMost && myLoad < average ? bestMove(loads, movable, me, weigh, random) : undefined;
    // The first move is right for any two; more at a time must not pass the average, since others move, too.
    if (move === undefined || (plan.length > 0 && myLoad + weigh(move.lease) > average + tolerance)) {
      return plan;
    }
    const weight = weigh(move.lease);
    loads.set(me, myLoad + weight);
    loads.set(move.victim, (loads.get(move.victim) ?? 0) - weight);
    movable.set(
      move.victim,
      (movable.get(move.victim) ?? []).filter((lease) => lease !== move.lease),
    );
    plan.push({ lease: move.lease, reason: 'stolen' });
  }
}

/** For sums of weights that are not whole numbers. */
const tolerance = 1e-9;

/** One of the leases that even out most, of the most loaded worker that has one to give. */
function bestMove(
  loads: ReadonlyMap<string, number>,
  movable: ReadonlyMap<string, readonly Lease[]>,
  me: string,
  weigh: Weigh,
  random: Random,
): { readonly victim: string; readonly lease: Lease } | undefined {
  const myLoad = loads.get(me) ?? 0;
  const others = shuffle(
    [...loads].filter(([worker]) => worker !== me),
    random,
  ).sort((a, b) => b[1] - a[1]);
  for (const [victim, load] of others) {
    const difference = load - myLoad;
    const gain = (lease: Lease): number => weigh(lease) * (difference - weigh(lease));
    const light = (movable.get(victim) ?? []).filter((lease) => weigh(lease) * hysteresis < difference);
    const best = Math.max(...light.map(gain));
    // Any of the good ones: thieves that look at the same time should not all want the same.
    const lease = shuffle(light, random).find((each) => gain(each) >= best / 2);
    if (lease !== undefined) {
      return { victim, lease };
    }
  }
  return undefined;
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
