import fc from 'fast-check';
import { comparePositions, type LeaseStore } from '../../../../consumer/kcl';
import { findHole } from '../../../../consumer/kcl/decisions/hash-range';
import { Fleet, failoverTimeMs, seeded, type Member } from './fleet';

/** What befalls a fleet. */
type Happening = 'start' | 'kill' | 'pause' | 'resume' | 'stop' | 'split' | 'merge' | 'put';

const happening = fc.record({
  what: fc.constantFrom<Happening>('start', 'kill', 'pause', 'resume', 'stop', 'split', 'merge', 'put', 'put', 'put'),
  pick: fc.nat(100),
  waitMs: fc.integer({ min: 10, max: 3000 }),
});

/** Loses one reply in ten, of reads and of writes. */
function flaky(random: () => number): (inner: LeaseStore) => LeaseStore {
  return (inner) =>
    new Proxy(inner, {
      get: (target, name): unknown => {
        const member: unknown = Reflect.get(target, name);
        return typeof member !== 'function'
          ? member
          : async (...args: unknown[]) => {
              const result: unknown = await Reflect.apply(member, target, args);
              if (random() < 0.1) {
                throw new Error('connection reset');
              }
              return result;
            };
      },
    });
}

describe('a fleet through crashes, pauses, splits, merges and lost replies', () => {
  it('processes every record, in order, children after parents, and moves no checkpoint back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 14 }), fc.nat(), async (happenings, seed) => {
        const random = seeded(seed);
        const fleet = new Fleet(2, random);
        const checkpoints = new Map<string, string>();
        let keys = 0;
        let workers = 0;
        const living: Member[] = [];
        const paused: Member[] = [];
        const startWorker = (): void => {
          workers += 1;
          living.push(fleet.start(`w${workers}`, { store: flaky(random), graceMs: 1000 }));
        };
        const put = (): void => {
          for (let i = 0; i < 20; i += 1) {
            keys += 1;
            fleet.stream.put(`key-${keys}`);
          }
        };
        const checkTable = async (): Promise<void> => {
          const { leases } = await fleet.leases.list();
          for (const { leaseKey, checkpoint } of leases) {
            const before = checkpoints.get(leaseKey) ?? 'AT_TIMESTAMP';
            const order = comparePositions({ sequenceNumber: before, subSequenceNumber: 0 }, checkpoint);
            expect(order).toBeLessThanOrEqual(0);
            checkpoints.set(leaseKey, checkpoint.sequenceNumber);
          }
        };

        startWorker();
        for (const { what, pick, waitMs } of happenings) {
          const member = living[pick % Math.max(1, living.length)];
          const open = fleet.stream.openShardIds;
          if (what === 'start' && living.length < 4) {
            startWorker();
          } else if (what === 'kill' && member !== undefined) {
            living.splice(living.indexOf(member), 1);
            member.clock.pause();
          } else if (what === 'pause' && member !== undefined) {
            member.clock.pause();
            paused.push(member);
          } else if (what === 'resume') {
            paused.splice(0).forEach(({ clock }) => clock.resume());
          } else if (what === 'stop' && member !== undefined) {
            living.splice(living.indexOf(member), 1);
            void member.worker.stop();
          } else if (what === 'split' && open.length < 8) {
            fleet.stream.split(open[pick % open.length] ?? '');
          } else if (what === 'merge' && open.length > 1) {
            const shards = (await fleet.stream.listShards()).filter(({ closed }) => !closed);
            shards.sort((a, b) => (BigInt(a.hashRange.startingHashKey) < BigInt(b.hashRange.startingHashKey) ? -1 : 1));
            const at = pick % (shards.length - 1);
            fleet.stream.merge(shards[at]?.shardId ?? '', shards[at + 1]?.shardId ?? '');
          } else {
            put();
          }
          await fleet.clock.advance(waitMs);
          await checkTable();
        }
        // Calm: one healthy worker is enough to finish everything.
        paused.splice(0).forEach(({ clock }) => clock.resume());
        startWorker();
        put();
        await fleet.clock.advance(25 * failoverTimeMs);
        await checkTable();

        const first = new Map<string, number>();
        fleet.seen.forEach(({ record }, i) => first.set(record.sequenceNumber, first.get(record.sequenceNumber) ?? i));
        expect(first.size).toBe(keys);
        const shards = await fleet.stream.listShards();
        for (const { shardId, parentShardIds } of shards) {
          const firstSeen = fleet.seen.flatMap((seen, i) =>
            seen.shardId === shardId && first.get(seen.record.sequenceNumber) === i ? [seen.record.sequenceNumber] : [],
          );
          expect(firstSeen).toEqual([...firstSeen].sort());
          const start = fleet.seen.findIndex((seen) => seen.shardId === shardId);
          for (const parent of parentShardIds) {
            // No record of the parent is seen for the first time after its child has begun.
            const late = fleet.seen.findIndex(
              (seen, i) => i > start && seen.shardId === parent && first.get(seen.record.sequenceNumber) === i,
            );
            expect([shardId, start >= 0 && late >= 0]).toEqual([shardId, false]);
          }
        }
        const { leases } = await fleet.leases.list();
        const covering = leases.filter(({ checkpoint }) => checkpoint.sequenceNumber !== 'SHARD_END');
        expect(findHole(covering.map(({ hashRange }) => hashRange).filter((range) => range !== undefined))).toBeUndefined();
        await fleet.stopAll();
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});
