import fc from 'fast-check';
import type { Lease } from '../../../../consumer/kcl/decisions/lease';
import { hysteresis, ownerOf, planTakes, type CandidateLease } from '../../../../consumer/kcl/decisions/lease-plan';
import { byCount, byThroughput } from '../../../../consumer/kcl/decisions/lease-weight';
import { seeded } from '../fleet/fleet';

const limits = { maxLeases: Infinity, maxSteals: 1, random: () => 0.5 };
const candidate = (leaseKey: string, owner: string | undefined, deadSinceMs?: number, held = false): CandidateLease => ({
  lease: { leaseKey, owner, counter: 0 } as Lease,
  held,
  deadSinceMs,
});
const keysOf = (plan: ReturnType<typeof planTakes>): string[] => plan.map(({ lease }) => lease.leaseKey);

describe('the plan of which leases to take', () => {
  it('takes all of a new application when nobody else is alive', () => {
    const leases = ['1', '2', '3'].map((key) => candidate(key, undefined, -Infinity));
    expect(keysOf(planTakes({ leases, me: 'a', ...limits })).sort()).toEqual(['1', '2', '3']);
  });

  it('takes unowned leases first, then the longest dead, and no more than its share', () => {
    const leases = [
      candidate('young', 'x', 300),
      candidate('old', 'x', 100),
      candidate('free', undefined, -Infinity),
      candidate('b1', 'b'),
      candidate('b2', 'b'),
    ];
    const plan = planTakes({ leases, me: 'a', ...limits });
    expect(keysOf(plan)).toEqual(['free', 'old', 'young']);
    expect(plan.map(({ reason }) => reason)).toEqual(['unowned', 'expired', 'expired']);
    expect(keysOf(planTakes({ leases, me: 'a', ...limits, maxLeases: 1 }))).toEqual(['free']);
  });

  it('takes back at once what its row says is its own', () => {
    expect(planTakes({ leases: [candidate('1', 'a')], me: 'a', ...limits })).toMatchObject([{ reason: 'own' }]);
  });

  it('steals one from the most loaded worker when none is free, and only if it then has no more than that one', () => {
    const leases = [candidate('c1', 'c'), ...['1', '2', '3'].map((key) => candidate(`b${key}`, 'b'))];
    const plan = planTakes({ leases, me: 'a', ...limits });
    expect(plan).toHaveLength(1);
    expect(plan[0]).toMatchObject({ lease: { owner: 'b' }, reason: 'stolen' });
    expect(planTakes({ leases: [candidate('b1', 'b')], me: 'a', ...limits })).toEqual([]);
  });

  it('brings any fleet to loads that differ by one at most, in whatever order its workers look, and then rests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 1, maxLength: 24 }),
        fc.nat(),
        fc.boolean(),
        (workers, owners, seed, lockstep) => {
          const random = seeded(seed);
          // Owners past the last worker are dead; −1 is nobody.
          const table = owners.map((owner) => (owner < 0 ? undefined : owner));
          const look = (me: number): readonly number[] => {
            const leases = table.map((owner, i) =>
              candidate(
                String(i),
                owner === undefined ? undefined : String(owner),
                owner === undefined ? -Infinity : owner >= workers ? i : undefined,
                owner === me,
              ),
            );
            return keysOf(planTakes({ leases, me: String(me), ...limits, random })).map(Number);
          };
          let taken = 0;
          const round = (): void => {
            taken = 0;
            const seen = lockstep ? Array.from({ length: workers }, (_, me) => look(me)) : undefined;
            const before = [...table];
            for (let me = 0; me < workers; me += 1) {
              for (const lease of seen?.[me] ?? look(me)) {
                // In lockstep the counter lets only the first taker through.
                if (!lockstep || table[lease] === before[lease]) {
                  table[lease] = me;
                  taken += 1;
                }
              }
            }
          };
          for (let i = 0; i < owners.length + workers + 5; i += 1) {
            round();
          }
          const loads = Array.from({ length: workers }, (_, me) => table.filter((owner) => owner === me).length);
          expect(loads.reduce((a, b) => a + b)).toBe(owners.length);
          expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
          round();
          expect(taken).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('asks for what a stopping worker offers as it takes what is free, and does not count that worker', () => {
    const offered = (key: string): CandidateLease => ({
      lease: { ...candidate(key, 'b').lease, handOffOwner: 'b', leaving: 'b' },
      held: false,
      deadSinceMs: undefined,
    });
    const leases = [candidate('c1', 'c'), candidate('c2', 'c'), offered('b1'), offered('b2')];
    const plan = planTakes({ leases, me: 'a', ...limits });
    expect(plan.map(({ reason }) => reason)).toEqual(['announced', 'announced']);
    expect(planTakes({ leases: [...leases, candidate('free', undefined, -Infinity)], me: 'a', ...limits })[0]).toMatchObject({
      reason: 'unowned',
    });
  });

  it('counts a lease that is being handed over for the one that will have it, and asks for no such lease', () => {
    const passing = (key: string, to: string, held = false): CandidateLease => ({
      lease: { ...candidate(key, to).lease, handOffOwner: to, checkpointOwner: 'b' },
      held,
      deadSinceMs: undefined,
    });
    expect(ownerOf(passing('1', 'a'), 'a')).toBe('a');
    expect(ownerOf(passing('1', 'a', true), 'b')).toBe('a');
    expect(planTakes({ leases: [passing('1', 'c'), passing('2', 'c'), passing('3', 'c')], me: 'a', ...limits })).toEqual([]);
  });
});

describe('loads by throughput', () => {
  const weighted = (key: number, owner: string, throughputKBps: number | undefined, held: boolean): CandidateLease => ({
    lease: { ...candidate(String(key), owner).lease, handOffOwner: owner, throughputKBps },
    held,
    deadSinceMs: undefined,
  });

  it('weigh leases one on the average, idle ones a little, and all the same when it is not known or not of all workers', () => {
    const leases = [0, 0, 30, 90].map((kBps, i) => weighted(i, 'a', kBps, false).lease);
    const weights = leases.map(byThroughput(leases)).map((weight) => Math.round(weight * 1e9) / 1e9);
    expect(weights).toEqual([0.2, 0.2, 1, 2.6]);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(4);
    expect(byThroughput([])).toBe(byCount);
    expect(byThroughput(leases.map((lease) => ({ ...lease, throughputKBps: undefined })))).toBe(byCount);
    expect(byThroughput(leases.map((lease) => ({ ...lease, throughputKBps: 0 })))).toBe(byCount);
    expect(byThroughput([...leases, { ...weighted(9, 'java', 5, false).lease, handOffOwner: 'x' }])).toBe(byCount);
    const child = weighted(5, 'a', undefined, false).lease;
    expect(byThroughput([...leases, child])(child)).toBeCloseTo(1);
  });

  it('even out for any weights, by finitely many moves each of which brings two loads closer, and then nothing moves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.record({ owner: fc.nat(5), kBps: fc.oneof(fc.constant(0), fc.nat(2000)) }), { minLength: 1, maxLength: 24 }),
        fc.constantFrom(1, 3, Infinity),
        fc.nat(),
        (workers, leases, maxSteals, seed) => {
          const random = seeded(seed);
          const table = leases.map(({ owner }) => owner % workers);
          const weigh = byThroughput(leases.map(({ kBps }, i) => weighted(i, 'x', kBps, false).lease));
          const weight = (i: number): number => weigh(weighted(i, 'x', leases[i]?.kBps, false).lease);
          const loads = (): number[] =>
            Array.from({ length: workers }, (_, me) => table.reduce((sum, owner, i) => sum + (owner === me ? weight(i) : 0), 0));
          const unevenness = (): number => loads().reduce((sum, load) => sum + load ** 2, 0);
          const look = (me: number): number => {
            const seen = table.map((owner, i) => weighted(i, String(owner), leases[i]?.kBps, owner === me));
            const plan = planTakes({ leases: seen, me: String(me), ...limits, maxSteals, random, weigh });
            const before = unevenness();
            plan.forEach(({ lease }) => (table[Number(lease.leaseKey)] = me));
            if (plan.length > 0) {
              expect(unevenness()).toBeLessThan(before);
            }
            return plan.length;
          };
          let quiet = 0;
          for (let round = 0; quiet < workers && round < 1000; round += 1) {
            quiet = look(round % workers) === 0 ? quiet + 1 : 0;
          }
          expect(quiet).toBe(workers);
          const after = loads();
          const least = Math.min(...after);
          // Nothing that the most loaded has could go to the least loaded and even them out clearly.
          table.forEach((owner, i) => {
            expect((after[owner] ?? 0) - least).toBeLessThanOrEqual(weight(i) * hysteresis + 1e-9);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('differ by one lease at most when all shards bring the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 30 }), fc.nat(), (workers, count, seed) => {
        const random = seeded(seed);
        const table = Array.from({ length: count }, () => Math.floor(random() * workers));
        for (let round = 0; round < 20 * workers; round += 1) {
          const me = round % workers;
          const seen = table.map((owner, i) => weighted(i, String(owner), 100, owner === me));
          const weigh = byThroughput(seen.map(({ lease }) => lease));
          planTakes({ leases: seen, me: String(me), ...limits, random, weigh }).forEach(
            ({ lease }) => (table[Number(lease.leaseKey)] = me),
          );
        }
        const counts = Array.from({ length: workers }, (_, me) => table.filter((owner) => owner === me).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
