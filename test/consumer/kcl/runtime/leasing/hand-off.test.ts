import type { KclEvent, LeaseStore, WorkerBehaviour } from '../../../../../consumer/kcl';
import { Fleet, failoverTimeMs, seeded, type Member } from '../../fleet/fleet';

interface Logged {
  readonly atMs: number;
  readonly worker: string;
  readonly event: KclEvent;
}

type Behaviour = Partial<WorkerBehaviour> & { readonly store?: (inner: LeaseStore) => LeaseStore };

describe('a hand-off', () => {
  let fleet: Fleet;
  let log: Logged[];
  let keys: number;
  beforeEach(() => {
    log = [];
    keys = 0;
  });
  afterEach(async () => {
    await fleet.stopAll();
    expect(fleet.clock.sleepers).toBe(0);
  });

  const start = (worker: string, behaviour: Behaviour = {}): Member =>
    fleet.start(worker, {
      maxLeasesToStealAtOneTime: 100,
      idleReadIntervalMs: 200,
      onEvent: (event) => log.push({ atMs: fleet.clock.monotonicMs(), worker, event }),
      ...behaviour,
    });
  /** Lets time pass while records arrive on every shard. */
  const flow = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      for (let i = 0; i < 10; i += 1) {
        keys += 1;
        fleet.stream.put(`key-${keys}`);
      }
      await fleet.clock.advance(50);
    }
  };
  const events = (type: KclEvent['type'], worker?: string): readonly Logged[] =>
    log.filter((each) => each.event.type === type && (worker === undefined || each.worker === worker));
  const typesOf = (shardId: string): readonly string[] =>
    log
      .filter(({ event }) => 'shardId' in event && event.shardId === shardId && /^(hand-off|lease)-/.test(event.type))
      .map(({ worker, event }) => `${worker}: ${event.type}`);
  /** Time without processing of each shard that changed hands, in milliseconds. */
  const gaps = (): readonly number[] =>
    fleet.stream.openShardIds.flatMap((shardId) => {
      const batches = log.filter(
        ({ event }) => event.type === 'batch-processed' && event.shardId === shardId && event.records > 0,
      );
      return batches.flatMap(({ worker, atMs }, i) => {
        const before = batches[i - 1];
        return before === undefined || before.worker === worker ? [] : [atMs - before.atMs];
      });
    });
  const seenTwice = (): number => fleet.seen.length - new Set(fleet.seen.map(({ record }) => record.sequenceNumber)).size;
  const seenAll = (): boolean => new Set(fleet.seen.map(({ record }) => record.sequenceNumber)).size === keys;
  const median = (numbers: readonly number[]): number =>
    [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

  it('moves load without repeating a record, and with a gap of less than half a second', async () => {
    fleet = new Fleet(8);
    start('a');
    await flow(2000);
    start('b');
    await flow(6 * failoverTimeMs);
    expect(fleet.loads()).toEqual([4, 4]);
    expect(events('lease-lost')).toEqual([]);
    expect(events('hand-off-completed', 'b')).toHaveLength(4);
    expect(events('hand-off-completed', 'a')).toHaveLength(4);
    expect(gaps()).toHaveLength(4);
    expect(median(gaps())).toBeLessThanOrEqual(500);
    expect(Math.max(...gaps())).toBeLessThanOrEqual(1000);
    expect(seenTwice()).toBe(0);
    await flow(1000);
    await fleet.clock.advance(1000);
    expect(seenAll()).toBe(true);
    const moved = events('hand-off-requested', 'b')[0]?.event as { readonly shardId: string };
    expect(typesOf(moved.shardId).filter((each) => !each.endsWith('lease-created'))).toEqual([
      'a: lease-taken',
      'b: hand-off-requested',
      'a: hand-off-accepted',
      'a: hand-off-completed',
      'a: lease-released',
      'b: lease-taken',
      'b: hand-off-completed',
    ]);
  });

  it('passes all shards of a worker that is told to stop on to the others, which it wakes up', async () => {
    fleet = new Fleet(8);
    const a = start('a');
    ['b', 'c'].forEach((id) => start(id));
    await flow(8 * failoverTimeMs);
    log = [];
    const stopped = a.worker.stop({ graceMs: 20_000 });
    const startedMs = fleet.clock.monotonicMs();
    await flow(3000);
    await stopped;
    expect(a.outcome).toBe('stopped');
    const endedMs = events('worker-stopped', 'a')[0]?.atMs ?? Infinity;
    expect(endedMs - startedMs).toBeLessThanOrEqual(failoverTimeMs / 3 + 1000);
    expect(fleet.loads().slice(1)).toEqual([4, 4]);
    expect(gaps().length).toBeGreaterThan(0);
    expect(median(gaps())).toBeLessThanOrEqual(500);
    expect(Math.max(...gaps())).toBeLessThanOrEqual(1000);
    expect(seenTwice()).toBe(0);
    expect(events('hand-off-announced', 'a').length).toBe(gaps().length);
  });

  it('does not hold up a fleet that stops as a whole', async () => {
    fleet = new Fleet(8);
    const members = ['a', 'b', 'c'].map((id) => start(id));
    await flow(8 * failoverTimeMs);
    members.forEach(({ worker }) => void worker.stop({ graceMs: 20_000 }));
    await fleet.clock.advance(1000);
    expect(members.map(({ outcome }) => outcome)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(fleet.stream.openShardIds.map((id) => fleet.owner(id))).toEqual(Array(8).fill(undefined));
  });

  it('does not hold up a fleet that stops as a whole while load moves', async () => {
    fleet = new Fleet(8);
    const a = start('a');
    await flow(1000);
    const b = start('b');
    await fleet.clock.advance(100);
    expect(events('hand-off-requested', 'b').length).toBeGreaterThan(0);
    [b, a].forEach(({ worker }) => void worker.stop({ graceMs: 20_000 }));
    await fleet.clock.advance(1500);
    expect([a.outcome, b.outcome]).toEqual(['stopped', 'stopped']);
    expect(events('lease-lost')).toEqual([]);
    expect(fleet.stream.openShardIds.map((id) => fleet.owner(id))).toEqual(Array(8).fill(undefined));
  });

  it('is not held up by an offer that a request has overtaken', async () => {
    fleet = new Fleet(2);
    const overtaking = (inner: LeaseStore): LeaseStore =>
      new Proxy(inner, {
        get: (target, name): unknown => {
          const member: unknown = Reflect.get(target, name);
          return typeof member !== 'function'
            ? member
            : async (...args: unknown[]) => {
                const [seen, write] = args as Parameters<LeaseStore['write']>;
                if (name === 'write' && write.kind === 'announce') {
                  await fleet.leases.write(seen, { kind: 'request', owner: 'c' });
                }
                return Reflect.apply(member, target, args) as unknown;
              };
        },
      });
    const a = start('a', { store: overtaking });
    await flow(500);
    start('b');
    await flow(3 * failoverTimeMs);
    expect(fleet.loads()).toEqual([1, 1]);
    void a.worker.stop();
    await flow(500);
    expect(a.outcome).toBe('stopped');
    expect(events('hand-off-completed', 'a')).toHaveLength(2);
    expect(events('lease-lost')).toEqual([]);
  });

  it('leaves a lease with its holder when the one that has asked for it stops first', async () => {
    fleet = new Fleet(2);
    start('a');
    await flow(1000);
    const b = start('b');
    await fleet.clock.advance(100);
    expect(events('hand-off-requested', 'b')).toHaveLength(1);
    void b.worker.stop();
    await flow(2 * failoverTimeMs);
    expect(b.outcome).toBe('stopped');
    expect(fleet.loads()).toEqual([2, 0]);
    expect(events('hand-off-given-up', 'b')).toHaveLength(1);
    expect(events('lease-lost')).toEqual([]);
    expect(seenTwice()).toBe(0);
  });

  it('reaches a worker that stands by without a lease within two seconds', async () => {
    fleet = new Fleet(1);
    const a = start('a');
    await flow(1000);
    start('b', { failoverTimeMs: 10_000 });
    await flow(3000);
    void a.worker.stop();
    await flow(3000);
    expect(fleet.loads()).toEqual([0, 1]);
    expect(Math.max(...gaps())).toBeLessThanOrEqual(2000);
    expect(seenTwice()).toBe(0);
  });

  it('ends by expiry when the holder dies after it was asked', async () => {
    fleet = new Fleet(2);
    const a = start('a');
    await flow(1000);
    a.clock.pause();
    start('b');
    await flow(4 * failoverTimeMs);
    expect(fleet.loads()).toEqual([0, 2]);
    await fleet.clock.advance(1000);
    a.clock.resume();
    await flow(500);
    expect(events('checkpoint-stored', 'a').every(({ atMs }) => atMs < 1500)).toBe(true);
    expect(fleet.loads()).toEqual([0, 2]);
  });

  it('ends by expiry when the one that has asked dies, and a third goes on', async () => {
    fleet = new Fleet(2);
    start('a');
    await flow(1000);
    const b = start('b');
    await fleet.clock.advance(100);
    expect(events('hand-off-requested', 'b')).toHaveLength(1);
    b.clock.pause();
    await flow(6 * failoverTimeMs);
    expect(fleet.loads()).toEqual([2, 0]);
    await fleet.clock.advance(1000);
    expect(seenAll()).toBe(true);
  });

  it('is forced after its time-out when the holder does not finish, and the holder can write nothing any more', async () => {
    fleet = new Fleet(2);
    const results: string[] = [];
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    start('a', {
      processor: (context) => ({
        process: async ({ records }) => {
          await gate;
          const last = records.at(-1);
          results.push(last === undefined ? 'none' : await context.checkpointer.checkpoint(last));
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    await flow(1000);
    start('b', { handOffTimeoutMs: 3000 });
    await flow(5000);
    expect(events('hand-off-timed-out', 'b')).toHaveLength(1);
    expect(fleet.loads()).toEqual([1, 1]);
    finish();
    await flow(500);
    expect(results).toContain('lost');
    expect(events('lease-lost', 'a')).toHaveLength(1);
  });

  it('of a shard that ends meanwhile passes on its children', async () => {
    fleet = new Fleet(2);
    start('a');
    await flow(1000);
    start('b');
    await fleet.clock.advance(100);
    const { shardId } = events('hand-off-requested', 'b')[0]?.event as { readonly shardId: string };
    const children = fleet.stream.split(shardId);
    await flow(4 * failoverTimeMs);
    // It has ended, and is cleaned up by now.
    expect(fleet.owner(shardId)).toBeUndefined();
    expect(children.map((child) => fleet.owner(child.shardId)).every((owner) => owner === 'a' || owner === 'b')).toBe(true);
    await fleet.clock.advance(1000);
    expect(seenTwice()).toBe(0);
    expect(seenAll()).toBe(true);
  });

  it('of a shard that ends while its worker stops leaves children that the others read at once', async () => {
    fleet = new Fleet(2);
    const a = start('a');
    start('b');
    await flow(6 * failoverTimeMs);
    const shardId = fleet.stream.openShardIds.find((id) => fleet.owner(id) === 'a') ?? '';
    const children = fleet.stream.split(shardId);
    void a.worker.stop();
    await flow(2000);
    expect(a.outcome).toBe('stopped');
    expect(children.map((child) => fleet.owner(child.shardId))).toEqual(['b', 'b']);
    await fleet.clock.advance(1000);
    expect(seenAll()).toBe(true);
    expect(seenTwice()).toBe(0);
  });

  it('costs no lease when replies of the table are lost', async () => {
    const random = seeded(7);
    const flaky = (inner: LeaseStore): LeaseStore =>
      new Proxy(inner, {
        get: (target, name): unknown => {
          const member: unknown = Reflect.get(target, name);
          return typeof member !== 'function'
            ? member
            : async (...args: unknown[]) => {
                const result: unknown = await Reflect.apply(member, target, args);
                if (random() < 0.2) {
                  throw new Error('connection reset');
                }
                return result;
              };
        },
      });
    fleet = new Fleet(8, random);
    const a = start('a', { store: flaky });
    start('b', { store: flaky });
    await flow(6 * failoverTimeMs);
    start('c', { store: flaky });
    await flow(6 * failoverTimeMs);
    void a.worker.stop();
    await flow(6 * failoverTimeMs);
    expect(fleet.loads()).toEqual([0, 4, 4]);
    expect(events('lease-lost')).toEqual([]);
    await fleet.clock.advance(2000);
    expect(seenAll()).toBe(true);
    expect(seenTwice()).toBe(0);
  });

  it('is off where it is not wanted', async () => {
    fleet = new Fleet(4);
    const a = start('a', { handOffTimeoutMs: 0 });
    await flow(1000);
    start('b', { handOffTimeoutMs: 0 });
    await flow(4 * failoverTimeMs);
    expect(fleet.loads()).toEqual([2, 2]);
    void a.worker.stop();
    await fleet.clock.advance(1);
    expect(a.outcome).toBe('stopped');
    expect(log.filter(({ event }) => event.type.startsWith('hand-off'))).toEqual([]);
  });

  describe('beside Java workers', () => {
    const shard = 'shardId-000000000000';

    it('is lost to a Java worker that takes the lease, whatever it leaves in the row', async () => {
      fleet = new Fleet(2);
      start('a');
      await flow(1000);
      start('b');
      await fleet.clock.advance(100);
      const { shardId } = events('hand-off-requested', 'b')[0]?.event as { readonly shardId: string };
      const row = fleet.leases.row(shardId) ?? {};
      expect(row).toMatchObject({ leaseOwner: { S: 'b' }, checkpointOwner: { S: 'a' }, handOffOwner: { S: 'b' } });
      // KCL 2.x knows no checkpointOwner and leaves it.
      fleet.leases.putRow({ ...row, leaseOwner: { S: 'java' }, leaseCounter: { N: String(fleet.counter(shardId) + 1) } });
      await flow(failoverTimeMs / 2);
      expect(events('lease-lost', 'a')).toMatchObject([{ event: { shardId, reason: 'taken' } }]);
      expect(events('hand-off-given-up', 'b')).toMatchObject([{ event: { shardId, reason: 'taken' } }]);
      expect(fleet.owner(shardId)).toBe('java');
    });

    it('asks a worker of KCL 3.x in its own terms, with the counter left as it is', async () => {
      fleet = new Fleet(2);
      const a = start('a');
      await flow(500);
      await a.worker.stop();
      const renew = (kBps: number): void => {
        for (const id of fleet.stream.openShardIds) {
          const row = fleet.leases.row(id) ?? {};
          if (row['leaseOwner']?.S !== 'b') {
            const counter = { N: String(fleet.counter(id) + 1) };
            fleet.leases.putRow({
              ...row,
              leaseOwner: { S: 'java' },
              leaseCounter: counter,
              throughputKBps: { N: String(kBps) },
            });
          }
        }
      };
      renew(1);
      // Its first look takes nothing yet: the table does not tell what kind of worker has the leases.
      start('b', { maxLeasesForWorker: 1, store: (inner) => once(inner, 'write') });
      await fleet.clock.advance(100);
      renew(2);
      await fleet.clock.advance(failoverTimeMs);
      const asked = events('hand-off-requested', 'b')[0]?.event as { readonly shardId: string };
      expect(asked).toMatchObject({ holder: 'java' });
      const row = fleet.leases.row(asked.shardId) ?? {};
      expect(row).toMatchObject({ leaseOwner: { S: 'b' }, checkpointOwner: { S: 'java' } });
      const counter = fleet.counter(asked.shardId);
      // What its `assignLease` does at the end.
      const rest = Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'checkpointOwner'));
      fleet.leases.putRow({ ...rest, leaseCounter: { N: String(counter + 1) } });
      await fleet.clock.advance(300);
      expect(events('hand-off-completed', 'b')).toMatchObject([{ event: { shardId: asked.shardId, peer: 'java' } }]);
      expect(fleet.counter(asked.shardId)).toBeGreaterThanOrEqual(counter + 2);
      expect(fleet.owner(shard === asked.shardId ? 'shardId-000000000001' : shard)).toBe('java');
    });
  });
});

/** The first call of a method has no answer. */
function once(inner: LeaseStore, method: keyof LeaseStore): LeaseStore {
  let calls = 0;
  return new Proxy(inner, {
    get: (target, name): unknown => {
      const member: unknown = Reflect.get(target, name);
      return typeof member !== 'function'
        ? member
        : (...args: unknown[]): unknown => {
            if (name === method && (calls += 1) === 1) {
              return Promise.reject(new Error('throttled'));
            }
            return Reflect.apply(member, target, args) as unknown;
          };
    },
  });
}
