import fc from 'fast-check';
import type { LeaseStore } from '../../../../consumer/kcl';
import { Fleet, failoverTimeMs, seeded, type Member } from './fleet';

type Method = (...args: unknown[]) => Promise<unknown>;

/** A store whose calls of one method (or of all) go through `through`. */
function via(name: keyof LeaseStore | '*', through: (call: () => Promise<unknown>, args: unknown[]) => Promise<unknown>) {
  return (inner: LeaseStore): LeaseStore =>
    new Proxy(inner, {
      get: (target, property): unknown => {
        const member: unknown = Reflect.get(target, property);
        return typeof member !== 'function' || (name !== '*' && property !== name)
          ? member
          : (...args: unknown[]) => through(() => Reflect.apply(member as Method, target, args), args);
      },
    });
}

const spread = (loads: readonly number[]): number => Math.max(...loads) - Math.min(...loads);
const taken = (fleet: Fleet): number =>
  fleet.members.flatMap(({ events }) => events).filter(({ type }) => type === 'lease-taken').length;

describe('workers that start together', () => {
  let fleet: Fleet;
  afterEach(async () => {
    await fleet.stopAll();
    expect(fleet.clock.sleepers).toBe(0);
  });

  it('share the shards of a new application evenly within a failover time, and then move nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 4, max: 12 }),
        fc.nat(),
        async (workers, shards, seed) => {
          const random = seeded(seed);
          fleet = new Fleet(shards, random);
          const store = via('*', async (call) => {
            await fleet.clock.sleep(1 + 20 * random());
            return call();
          });
          for (let i = 0; i < workers; i += 1) {
            fleet.start(`w${i}`, { maxLeasesToStealAtOneTime: 1000, store });
          }
          await fleet.clock.advance(workers === 2 ? failoverTimeMs : 4 * failoverTimeMs);
          expect(spread(fleet.loads())).toBeLessThanOrEqual(1);
          expect(fleet.loads().reduce((sum, load) => sum + load, 0)).toBe(shards);
          const before = taken(fleet);
          await fleet.clock.advance(10 * failoverTimeMs);
          expect(taken(fleet)).toBe(before);
          await fleet.stopAll();
        },
      ),
      { numRuns: 20 },
    );
  });

  it('even out with one that has everything, without passing shards to and fro', async () => {
    fleet = new Fleet(16);
    fleet.start('a');
    await fleet.clock.advance(1000);
    ['b', 'c', 'd'].forEach((id) => fleet.start(id, { maxLeasesToStealAtOneTime: 1000 }));
    await fleet.clock.advance(4 * failoverTimeMs);
    expect(fleet.loads()).toEqual([4, 4, 4, 4]);
    // 16 at first, 12 have to move, and a few that two workers reached for at once.
    expect(taken(fleet)).toBeLessThanOrEqual(16 + 12 + 8);
    const before = taken(fleet);
    await fleet.clock.advance(20 * failoverTimeMs);
    expect(taken(fleet)).toBe(before);
  });
});

describe('a worker that cannot take what it wants', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  const scansDuring = async (failovers: number, onTake: (call: () => Promise<unknown>) => Promise<unknown>): Promise<number> => {
    let scans = 0;
    const counting = via('list', (call) => {
      scans += 1;
      return call();
    });
    const refusing = via('write', (call, [, write]) =>
      ['take', 'request'].includes((write as { readonly kind: string }).kind) ? onTake(call) : call(),
    );
    fleet.start('b', { store: (inner) => counting(refusing(inner)), shardSyncIntervalMs: 1e9 });
    await fleet.clock.advance(failovers * failoverTimeMs);
    return scans;
  };

  it('looks no more often than it renews while the table refuses its writes', async () => {
    fleet = new Fleet(2);
    const scans = await scansDuring(20, () => Promise.reject(new Error('throttled')));
    expect(scans).toBeLessThanOrEqual(3 * 20 + 2);
    expect(fleet.loads()).toEqual([0]);
  });

  it('looks ever less often while the owner is always faster', async () => {
    fleet = new Fleet(2);
    fleet.start('a');
    await fleet.clock.advance(1000);
    const scans = await scansDuring(40, async (call) => {
      for (const id of fleet.stream.openShardIds) {
        fleet.leases.putRow({ ...fleet.leases.row(id), leaseCounter: { N: String(fleet.counter(id) + 1) } });
      }
      return call();
    });
    expect(scans).toBeGreaterThan(5);
    expect(scans).toBeLessThanOrEqual(50);
  });
});

describe('a worker that is told to stop', () => {
  let fleet: Fleet;
  let stuck: boolean;
  beforeEach(() => (stuck = false));
  afterEach(() => fleet.stopAll());

  const never = (): Promise<never> => new Promise(() => undefined);
  const ends = async (member: Member, withinMs: number): Promise<void> => {
    await fleet.clock.advance(1);
    void member.worker.stop({ graceMs: 1000 });
    await fleet.clock.advance(withinMs);
    expect(member.outcome).toBe('stopped');
  };

  it.each(['open', 'list', 'create'] as const)('stops within its grace although it hangs at its start (%s)', async (name) => {
    fleet = new Fleet(2);
    await ends(fleet.start('a', { store: via(name, never) }), 1000);
  });

  it('stops within its grace although a look at the stream hangs, and gives its leases back', async () => {
    fleet = new Fleet(2);
    const a = fleet.start('a');
    await fleet.clock.advance(1000);
    // A lease without its hash range makes the worker list the shards.
    const row = Object.entries(fleet.leases.row('shardId-000000000000') ?? {});
    fleet.leases.putRow(Object.fromEntries(row.filter(([name]) => name !== 'startingHashKey')));
    fleet.stream.listShards = () => {
      stuck = true;
      return never();
    };
    await fleet.clock.advance(6000);
    expect(stuck).toBe(true);
    await ends(a, 1000);
    expect(fleet.stream.openShardIds.map((id) => fleet.owner(id))).toEqual([undefined, undefined]);
  });

  it('takes nothing any more, even when it was just looking', async () => {
    fleet = new Fleet(4);
    const slow = via('list', async (call) => {
      const result = await call();
      await fleet.clock.sleep(100);
      return result;
    });
    fleet.start('a', { store: slow });
    // Between two renewals, which would make a take fail anyway.
    await fleet.clock.advance(2.9 * failoverTimeMs);
    const b = fleet.start('b', { store: slow, maxLeasesToStealAtOneTime: 4 });
    await fleet.clock.advance(150);
    await ends(b, 1000);
    expect(b.events.filter(({ type }) => type === 'lease-taken')).toEqual([]);
    expect(fleet.loads()).toEqual([4, 0]);
  });
});
