import { comparePositions, type LeaseStore } from '../../../../consumer/kcl';
import { Fleet, failoverTimeMs, type Member } from './fleet';

const keys = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `key-${from + i}`);

describe('a fleet of workers', () => {
  let fleet: Fleet;
  afterEach(async () => {
    await fleet.stopAll();
    // A timer that is left would keep a real process alive.
    expect(fleet.clock.sleepers).toBe(0);
  });

  /** Every record was seen, and within a shard first sightings are in order. */
  function expectAllInOrder(count: number): void {
    const first = new Map<string, string>();
    for (const { shardId, record } of fleet.seen) {
      if (!first.has(record.sequenceNumber)) {
        first.set(record.sequenceNumber, shardId);
      }
    }
    expect(first.size).toBe(count);
    for (const shard of new Set(first.values())) {
      const numbers = [...first].filter(([, id]) => id === shard).map(([number]) => number);
      expect(numbers).toEqual([...numbers].sort());
    }
  }

  const isTaken = (member: Member): number => member.events.filter(({ type }) => type === 'lease-taken').length;

  it('takes the shards of a new application at once and reads them', async () => {
    fleet = new Fleet(4);
    keys(0, 100).forEach((key) => fleet.stream.put(key));
    const a = fleet.start('a');
    await fleet.clock.advance(1);
    expect(isTaken(a)).toBe(4);
    await fleet.clock.advance(1000);
    expectAllInOrder(100);
  });

  it('shares the shards so that loads differ by one at most, and then moves nothing', async () => {
    fleet = new Fleet(7);
    ['a', 'b', 'c'].forEach((id) => fleet.start(id));
    await fleet.clock.advance(10 * failoverTimeMs);
    const loads = fleet.loads();
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    const taken = fleet.members.map(isTaken);
    await fleet.clock.advance(30 * failoverTimeMs);
    expect(fleet.members.map(isTaken)).toEqual(taken);
    expect(fleet.loads()).toEqual(loads);
  });

  it('lets several workers race to create the leases and reads no record twice', async () => {
    fleet = new Fleet(4);
    keys(0, 200).forEach((key) => fleet.stream.put(key));
    ['a', 'b', 'c', 'd'].forEach((id) => fleet.start(id));
    await fleet.clock.advance(20 * failoverTimeMs);
    expectAllInOrder(200);
    expect(fleet.loads()).toEqual([1, 1, 1, 1]);
    expect(fleet.seen).toHaveLength(200);
  });

  it('takes over the shards of a worker that was killed, within a few failover times, and loses nothing', async () => {
    fleet = new Fleet(4);
    const a = fleet.start('a');
    const b = fleet.start('b');
    await fleet.clock.advance(5 * failoverTimeMs);
    a.clock.pause();
    keys(0, 100).forEach((key) => fleet.stream.put(key));
    await fleet.clock.advance(4.5 * failoverTimeMs);
    expect(fleet.stream.openShardIds.map((id) => fleet.owner(id))).toEqual(['b', 'b', 'b', 'b']);
    await fleet.clock.advance(1000);
    expect(new Set(fleet.seen.filter(({ worker }) => worker === 'b').map(({ record }) => record.sequenceNumber)).size).toBe(100);
    expect(b.events.some((event) => event.type === 'lease-taken' && event.reason === 'expired')).toBe(true);
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
    expectAllInOrder(200);
    expect(fleet.seen).toHaveLength(200);
    expect(writes).toBeGreaterThan(20);
    expect(a.events.filter(({ type }) => type === 'lease-lost')).toEqual([]);
    expect(a.events.filter(({ type }) => type === 'lease-renew-failed').length).toBeGreaterThan(5);
  });

  it('hands its shards over at once when it is stopped', async () => {
    fleet = new Fleet(2);
    const a = fleet.start('a');
    await fleet.clock.advance(1000);
    keys(0, 50).forEach((key) => fleet.stream.put(key));
    await fleet.clock.advance(700);
    const stopped = a.worker.stop();
    void a.worker.stop();
    await fleet.clock.advance(1);
    await stopped;
    expect(a.outcome).toBe('stopped');
    expect(fleet.stream.openShardIds.map((id) => fleet.owner(id))).toEqual([undefined, undefined]);
    keys(50, 50).forEach((key) => fleet.stream.put(key));
    fleet.start('b');
    await fleet.clock.advance(1000);
    expectAllInOrder(100);
    expect(fleet.seen).toHaveLength(100);
  });

  it('gives up what does not finish within the grace, tells it so, and still gives its lease back', async () => {
    fleet = new Fleet(1);
    const lost: string[] = [];
    let release: () => void = () => undefined;
    const a = fleet.start('a', {
      processor: (context) => ({
        process: () =>
          new Promise((resolve) => {
            release = resolve;
            context.signal.addEventListener('abort', () => lost.push('aborted'));
          }),
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => lost.push('lease lost'),
      }),
    });
    fleet.stream.put('x');
    await fleet.clock.advance(1000);
    const stopped = a.worker.stop({ graceMs: 3000 });
    await fleet.clock.advance(2600);
    expect(lost).toEqual([]);
    await fleet.clock.advance(400);
    await stopped;
    expect(lost).toEqual(['aborted']);
    expect(fleet.owner('shardId-000000000000')).toBeUndefined();
    release();
    await fleet.clock.advance(1);
    expect(lost).toEqual(['aborted', 'lease lost']);
  });

  it('reads children after their parents and loses nothing over splits and merges', async () => {
    fleet = new Fleet(2);
    fleet.start('a');
    fleet.start('b');
    let n = 0;
    const put = (count: number): void => {
      keys(n, count).forEach((key) => fleet.stream.put(key));
      n += count;
    };
    put(50);
    await fleet.clock.advance(500);
    const [left, right] = fleet.stream.split('shardId-000000000000');
    put(50);
    await fleet.clock.advance(100);
    fleet.stream.merge(right?.shardId ?? '', 'shardId-000000000001');
    put(50);
    await fleet.clock.advance(300);
    fleet.stream.split(left?.shardId ?? '');
    put(50);
    await fleet.clock.advance(8000);
    put(50);
    await fleet.clock.advance(3000);
    expectAllInOrder(250);
    expect(fleet.seen).toHaveLength(250);
    // Records of one partition key's range keep their order over the generations, since a child waits for its parents.
    const shards = await fleet.stream.listShards();
    for (const child of shards) {
      for (const parentId of child.parentShardIds) {
        const lastOfParent = fleet.seen.map(({ shardId }) => shardId).lastIndexOf(parentId);
        const firstOfChild = fleet.seen.findIndex(({ shardId }) => shardId === child.shardId);
        expect(firstOfChild === -1 || firstOfChild > lastOfParent).toBe(true);
      }
    }
  });

  it('starts the children of a shard without waiting for the next scan', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    await fleet.clock.advance(600);
    const children = fleet.stream.split('shardId-000000000000');
    fleet.stream.put('x');
    await fleet.clock.advance(700);
    expect(children.map(({ shardId }) => fleet.owner(shardId))).toEqual(['a', 'a']);
    expect(fleet.seen).toHaveLength(1);
    expect(a.events).toContainEqual(expect.objectContaining({ type: 'lease-taken', reason: 'child' }));
    expect(fleet.checkpoint('shardId-000000000000')).toBe('SHARD_END');
    expect(fleet.owner('shardId-000000000000')).toBeUndefined();
    expect(fleet.leases.row('shardId-000000000000')?.['childShardIds']?.SS).toEqual(children.map(({ shardId }) => shardId));
  });

  it('cleans up the lease of an ended shard once its children are past their first position', async () => {
    fleet = new Fleet(1);
    fleet.start('a');
    await fleet.clock.advance(600);
    fleet.stream.split('shardId-000000000000');
    await fleet.clock.advance(12_000);
    expect(fleet.checkpoint('shardId-000000000000')).toBe('SHARD_END');
    keys(0, 20).forEach((key) => fleet.stream.put(key));
    await fleet.clock.advance(6000);
    expect(fleet.leases.row('shardId-000000000000')).toBeUndefined();
    expect(fleet.seen).toHaveLength(20);
    // Nobody takes the shard for a new one.
    await fleet.clock.advance(30_000);
    expect(fleet.leases.row('shardId-000000000000')).toBeUndefined();
  });

  it('finds a shard whose lease is missing', async () => {
    fleet = new Fleet(3);
    const a = fleet.start('a');
    await fleet.clock.advance(1000);
    await a.worker.stop();
    const lease = await fleet.leases.get('shardId-000000000001');
    await fleet.leases.delete(lease as never);
    fleet.stream.put('a');
    fleet.stream.put('b');
    fleet.stream.put('c');
    fleet.stream.put('d');
    fleet.start('b');
    await fleet.clock.advance(3000);
    expect(fleet.loads()).toEqual([0, 3]);
    expectAllInOrder(4);
  });

  it('goes on with the shards that are left when one was trimmed before it was read, and says so', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    await fleet.clock.advance(600);
    await a.worker.stop();
    fleet.stream.put('lost');
    const [left] = fleet.stream.split('shardId-000000000000');
    fleet.stream.split(left?.shardId ?? '');
    fleet.stream.trim('shardId-000000000000');
    fleet.stream.trim(left?.shardId ?? '');
    keys(0, 30).forEach((key) => fleet.stream.put(key));
    const b = fleet.start('b');
    await fleet.clock.advance(10_000);
    expect(b.events).toContainEqual(expect.objectContaining({ type: 'shard-gone', shardId: 'shardId-000000000000' }));
    expectAllInOrder(30);
  });

  it('starts at the latest record when asked to, and at the beginning of children that come later', async () => {
    fleet = new Fleet(1);
    keys(0, 10).forEach((key) => fleet.stream.put(key));
    fleet.start('a', { initialPosition: 'LATEST' });
    await fleet.clock.advance(100);
    fleet.stream.put('new');
    fleet.stream.split('shardId-000000000000');
    fleet.stream.put('newer');
    await fleet.clock.advance(2000);
    expect(fleet.seen.map(({ record }) => record.partitionKey)).toEqual(['new', 'newer']);
  });

  it('starts at a time when asked to, even if that lies in the children of the shards that are listed first', async () => {
    fleet = new Fleet(1);
    fleet.stream.put('too old');
    fleet.stream.split('shardId-000000000000');
    fleet.stream.put('old');
    await fleet.clock.advance(10_000);
    const timestamp = new Date(fleet.clock.wallMs());
    fleet.stream.put('new');
    fleet.start('a', { initialPosition: { timestamp } });
    await fleet.clock.advance(3000);
    expect(fleet.seen.map(({ record }) => record.partitionKey)).toEqual(['new']);
  });

  it('starts a shard again at its checkpoint when the processor fails, and gives the lease away when it fails too often', async () => {
    fleet = new Fleet(1);
    let healthy = false;
    const a = fleet.start('a', {
      maxProcessorFailures: 3,
      processor: (context) => ({
        ...fleet.noting('a', context, a.clock),
        process: async (batch) => {
          if (!healthy) {
            throw new Error('sink is down');
          }
          await fleet.noting('a', context, a.clock).process(batch);
        },
      }),
    });
    keys(0, 5).forEach((key) => fleet.stream.put(key));
    await fleet.clock.advance(6000);
    const failures = a.events.filter((event) => event.type === 'processor-failed');
    expect(failures).toHaveLength(3);
    expect(failures.at(-1)).toMatchObject({ during: 'process', waitMs: undefined });
    expect(a.events).toContainEqual({ type: 'lease-released', shardId: 'shardId-000000000000', reason: 'processor-failing' });
    healthy = true;
    await fleet.clock.advance(8 * failoverTimeMs);
    expectAllInOrder(5);
  });

  it('gives the lease away when its reader is stuck, instead of renewing it for ever', async () => {
    fleet = new Fleet(1);
    let stuck = true;
    const getRecords = fleet.stream.getRecords.bind(fleet.stream);
    fleet.stream.getRecords = (iterator, limit) => (stuck ? new Promise(() => undefined) : getRecords(iterator, limit));
    const a = fleet.start('a');
    fleet.stream.put('x');
    await fleet.clock.advance(13_000);
    expect(a.events).toContainEqual(expect.objectContaining({ type: 'reader-stalled' }));
    expect(a.events).toContainEqual(expect.objectContaining({ type: 'lease-released', reason: 'reader-stalled' }));
    stuck = false;
    await fleet.clock.advance(10_000);
    expectAllInOrder(1);
  });

  it('ends with the code of the error when the stream is deleted', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    await fleet.clock.advance(1000);
    fleet.stream.deleteStream();
    await fleet.clock.advance(1000);
    expect(a.outcome).toMatchObject({ error: { code: 'STREAM_MISSING' } });
  });

  it('refuses to start where a native KCL 3.x fleet assigns the leases', async () => {
    fleet = new Fleet(1);
    fleet.leases.putRow({ leaseKey: { S: 'Migration3.0' }, entityType: { S: 'migrationState' }, cv: { S: 'CLIENT_VERSION_3X' } });
    const a = fleet.start('a');
    await fleet.clock.advance(10);
    expect(a.outcome).toMatchObject({ error: { code: 'NATIVE_KCL3_FLEET' } });
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
