import fc from 'fast-check';
import type { Lease } from '../../../../consumer/kcl/decisions/lease';
import { planTakes, type CandidateLease } from '../../../../consumer/kcl/decisions/lease-plan';
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
});
