import { comparePositions, type KinesisRecord, type LeaseStore, type WorkerBehaviour } from '../../../../consumer/kcl';
import { expectAllInOrder, Fleet, failoverTimeMs, keys } from './fleet';

describe('a worker and its lease', () => {
  let fleet: Fleet;
  afterEach(async () => {
    await fleet.stopAll();
    // A timer that is left would keep a real process alive.
    expect(fleet.clock.sleepers).toBe(0);
  });

  it('lets a worker that was paused past its failover time move no checkpoint when it wakes', async () => {
    fleet = new Fleet(1);
    const results: string[] = [];
    let processing = false;
    const a = fleet.start('a', {
      processor: (context) => ({
        process: async ({ records }) => {
          processing = true;
          await fleet.clock.sleep(100);
          await a.clock.passed();
          results.push(await context.checkpointer.checkpoint(records[0] as never));
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => results.push('lease lost'),
      }),
    });
    await fleet.clock.advance(1000);
    fleet.stream.put('x');
    await fleet.clock.advanceUntil(() => processing, 1000, 10);
    a.clock.pause();
    fleet.start('b');
    await fleet.clock.advance(6 * failoverTimeMs);
    expect(fleet.owner('shardId-000000000000')).toBe('b');
    fleet.stream.put('y');
    await fleet.clock.advance(1000);
    const before = fleet.checkpoint('shardId-000000000000');
    a.clock.resume();
    await fleet.clock.advance(50);
    expect(results.slice(-2)).toEqual(['lost', 'lease lost']);
    expect(fleet.checkpoint('shardId-000000000000')).toBe(before);
  });

  it('gives each processor a higher fencing token than those before, also in place of one that failed, and to the next owner', async () => {
    fleet = new Fleet(1);
    const tokens: number[] = [];
    const failing = (failures: number): Partial<WorkerBehaviour> => ({
      processor: ({ checkpointer, fencingToken }) => ({
        process: async ({ records }) => {
          if (tokens.push(fencingToken) <= failures) {
            throw new Error('not this time');
          }
          await checkpointer.checkpoint(records.at(-1) as KinesisRecord);
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    const a = fleet.start('a', failing(2));
    fleet.stream.put('x');
    await fleet.clock.advance(3000);
    a.clock.pause();
    fleet.start('b', failing(0));
    await fleet.clock.advance(6 * failoverTimeMs);
    fleet.stream.put('y');
    await fleet.clock.advance(3000);
    expect(tokens).toHaveLength(4);
    expect(tokens).toEqual([...new Set(tokens)].sort((one, other) => one - other));
  });

  it('tells a worker that was paused, when it asks, that its lease is lost, and one that has it that it is held', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    await fleet.clock.advance(1000);
    const [context] = a.contexts;
    const counter = fleet.counter('shardId-000000000000');
    await expect(context?.confirmLease()).resolves.toBe('held');
    expect(fleet.counter('shardId-000000000000')).toBe(counter + 1);
    a.clock.pause();
    fleet.start('b');
    await fleet.clock.advance(6 * failoverTimeMs);
    expect(fleet.owner('shardId-000000000000')).toBe('b');
    a.clock.resume();
    await expect(context?.confirmLease()).resolves.toBe('lost');
    expect(context?.signal.aborted).toBe(true);
  });

  it('stops working on a shard before others can see its lease expired, when renewals have no answer', async () => {
    fleet = new Fleet(1);
    let cut = false;
    let takenMs = Infinity;
    let lostMs = Infinity;
    const unreachable = (inner: LeaseStore): LeaseStore =>
      new Proxy(inner, {
        get: (target, name): unknown => {
          const member: unknown = Reflect.get(target, name);
          return typeof member !== 'function'
            ? member
            : async (...args: unknown[]) => {
                if (cut) {
                  throw new Error('no route to the table');
                }
                return Reflect.apply(member, target, args) as unknown;
              };
        },
      });
    const a = fleet.start('a', { store: unreachable });
    await fleet.clock.advance(3000);
    a.contexts[0]?.signal.addEventListener('abort', () => (lostMs = fleet.clock.monotonicMs()));
    const b = fleet.start('b', {
      onEvent: (event) => {
        if (event.type === 'lease-taken') {
          takenMs = Math.min(takenMs, fleet.clock.monotonicMs());
        }
      },
    });
    expect(b.outcome).toBeUndefined();
    await fleet.clock.advance(10);
    cut = true;
    await fleet.clock.advance(6 * failoverTimeMs);
    expect(a.events).toContainEqual({ type: 'lease-lost', shardId: 'shardId-000000000000', reason: 'expired' });
    expect(lostMs).toBeLessThan(takenMs);
    expect(takenMs).toBeLessThan(Infinity);
  });

  it('keeps every lease when the replies of writes are lost', async () => {
    fleet = new Fleet(3);
    let writes = 0;
    const forgetful = (inner: LeaseStore): LeaseStore =>
      new Proxy(inner, {
        get: (target, name): unknown => {
          const member: unknown = Reflect.get(target, name);
          return typeof member !== 'function'
            ? member
            : async (...args: unknown[]) => {
                const result: unknown = await Reflect.apply(member, target, args);
                if (name === 'write' && (writes += 1) % 2 === 0) {
                  throw new Error('connection reset');
                }
                return result;
              };
        },
      });
    const a = fleet.start('a', { store: forgetful });
    for (let i = 0; i < 20; i += 1) {
      keys(10 * i, 10).forEach((key) => fleet.stream.put(key));
      await fleet.clock.advance(500);
    }
    await fleet.clock.advance(1000);
    expectAllInOrder(fleet, 200);
    expect(fleet.seen).toHaveLength(200);
    expect(writes).toBeGreaterThan(20);
    expect(a.events.filter(({ type }) => type === 'lease-lost')).toEqual([]);
    expect(a.events.filter(({ type }) => type === 'lease-renew-failed').length).toBeGreaterThan(5);
  });

  it('raises the counter with every write and never lets a checkpoint go back', async () => {
    fleet = new Fleet(1);
    const counters: number[] = [];
    const checkpoints: string[] = [];
    const noted = (inner: LeaseStore): LeaseStore =>
      new Proxy(inner, {
        get: (target, name): unknown => {
          const member: unknown = Reflect.get(target, name);
          return typeof member !== 'function'
            ? member
            : async (...args: unknown[]) => {
                const result: unknown = await Reflect.apply(member, target, args);
                if (name === 'write') {
                  counters.push(fleet.counter('shardId-000000000000'));
                  checkpoints.push(fleet.checkpoint('shardId-000000000000') ?? '');
                }
                return result;
              };
        },
      });
    fleet.start('a', { store: noted });
    for (let i = 0; i < 10; i += 1) {
      fleet.stream.put(`key-${i}`);
      await fleet.clock.advance(700);
    }
    expect(counters).toEqual(counters.map((_, i) => i + 1));
    const position = (sequenceNumber: string) => ({ sequenceNumber, subSequenceNumber: 0 });
    checkpoints.slice(1).forEach((checkpoint, i) => {
      expect(comparePositions(position(checkpoints[i] ?? ''), position(checkpoint))).toBeLessThanOrEqual(0);
    });
  });
});
