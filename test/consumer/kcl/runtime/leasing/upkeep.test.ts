import { KclError, type KclEvent, type LeaseStore } from '../../../../../consumer/kcl';
import { ThroughputMeter } from '../../../../../consumer/kcl/runtime/leasing/throughput-meter';
import { Fleet, failoverTimeMs, type Member } from '../../fleet/fleet';

const first = 'shardId-000000000000';

describe('the upkeep of the lease table', () => {
  let fleet: Fleet;
  afterEach(async () => {
    await fleet.stopAll();
    expect(fleet.clock.sleepers).toBe(0);
  });

  const types = ({ events }: Member): readonly KclEvent['type'][] => events.map(({ type }) => type);

  it('removes the ended lease of a shard that was trimmed before it was read, and never creates it again', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    await fleet.clock.advance(600);
    await a.worker.stop();
    fleet.stream.put('lost');
    // Its children are trimmed as well, so that nobody can name them.
    const children = fleet.stream.split(first).map(({ shardId }) => shardId);
    children.forEach((id) => fleet.stream.split(id));
    [first, ...children].forEach((id) => fleet.stream.trim(id));
    fleet.stream.put('read');
    const b = fleet.start('b');
    await fleet.clock.advance(22_000);
    expect(types(b)).toContain('shard-gone');
    expect(fleet.leases.row(first)).toBeUndefined();
    expect(b.events).toContainEqual({ type: 'lease-cleaned-up', shardId: first });
    await fleet.clock.advance(30_000);
    expect(fleet.leases.row(first)).toBeUndefined();
    expect(fleet.seen.map(({ record }) => record.partitionKey)).toEqual(['read']);
  });

  it('names the children of an ended lease whose last holder did not', async () => {
    fleet = new Fleet(1);
    fleet.start('a');
    await fleet.clock.advance(600);
    const children = fleet.stream.split(first).map(({ shardId }) => shardId);
    await fleet.clock.advance(2000);
    const row = fleet.leases.row(first) ?? {};
    fleet.leases.putRow(Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'childShardIds')));
    await fleet.clock.advance(6000);
    expect(fleet.leases.row(first)?.['childShardIds']?.SS).toEqual(children);
  });

  it('lists the shards only after the same hole was seen three times, and then creates what is missing', async () => {
    fleet = new Fleet(2);
    const a = fleet.start('a', { shardSyncIntervalMs: 5000 });
    await fleet.clock.advance(1000);
    const lease = await fleet.leases.get(first);
    await fleet.leases.delete(lease as never);
    await fleet.clock.advance(13_000);
    expect(
      a.events.filter(({ type }) => type === 'hash-range-hole').map((event) => 'sightings' in event && event.sightings),
    ).toEqual([1, 2]);
    expect(fleet.leases.row(first)).toBeUndefined();
    await fleet.clock.advance(7000);
    expect(a.events).toContainEqual(expect.objectContaining({ type: 'shard-sync', reason: 'hole', created: 1 }));
    expect(fleet.owner(first)).toBe('a');
  });

  it('ends the worker when a native KCL 3.x fleet comes to own the table', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    await fleet.clock.advance(1000);
    fleet.leases.putRow({ leaseKey: { S: 'Migration3.0' }, entityType: { S: 'migrationState' }, cv: { S: 'CLIENT_VERSION_3X' } });
    await fleet.clock.advance(6000);
    expect(a.outcome).toMatchObject({ error: { code: 'NATIVE_KCL3_FLEET' } });
    expect(fleet.owner(first)).toBeUndefined();
  });
});

describe('the renewal of very many leases', () => {
  it('is not asked for in one go, and loses none', async () => {
    const fleet = new Fleet(180);
    const renewals = new Map<number, number>();
    const counting = (inner: LeaseStore): LeaseStore =>
      new Proxy(inner, {
        get: (target, name): unknown => {
          const member: unknown = Reflect.get(target, name);
          if (name !== 'write') {
            return typeof member === 'function' ? (member.bind(target) as unknown) : member;
          }
          return (...args: Parameters<LeaseStore['write']>) => {
            const nowMs = fleet.clock.monotonicMs();
            renewals.set(nowMs, (renewals.get(nowMs) ?? 0) + (args[1].kind === 'renew' ? 1 : 0));
            return target.write(...args);
          };
        },
      });
    const a = fleet.start('a', { store: counting, idleReadIntervalMs: 5000 });
    await fleet.clock.advance(4 * failoverTimeMs);
    expect([...renewals.values()].reduce((sum, each) => sum + each, 0)).toBeGreaterThan(5 * 180);
    expect(Math.max(...renewals.values())).toBeLessThanOrEqual(50);
    expect(fleet.loads()).toEqual([180]);
    expect(a.events.filter(({ type }) => type === 'lease-lost')).toEqual([]);
    await fleet.stopAll();
  });
});

describe('a lease table that fails', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  const failing =
    (fails: () => Error | undefined, methods: readonly string[]) =>
    (inner: LeaseStore): LeaseStore =>
      new Proxy(inner, {
        get: (target, name): unknown => {
          const member: unknown = Reflect.get(target, name);
          return typeof member !== 'function'
            ? member
            : async (...args: unknown[]) => {
                const error = methods.includes(String(name)) ? fails() : undefined;
                if (error !== undefined) {
                  throw error;
                }
                return Reflect.apply(member, target, args) as unknown;
              };
        },
      });

  it('by throttling or expired credentials is told by its kind and outwaited without losing a lease', async () => {
    fleet = new Fleet(2);
    let name: string | undefined;
    const fails = (): Error | undefined => (name === undefined ? undefined : Object.assign(new Error('no'), { name }));
    const a = fleet.start('a', { store: failing(fails, ['write', 'list', 'get']) });
    await fleet.clock.advance(1000);
    for (name of ['ProvisionedThroughputExceededException', 'ExpiredTokenException']) {
      await fleet.clock.advance(failoverTimeMs / 3);
      name = undefined;
      await fleet.clock.advance(failoverTimeMs);
    }
    const failures = new Set(a.events.flatMap((event) => (event.type === 'lease-table-failed' ? [event.failure] : [])));
    expect([...failures].sort()).toEqual(['credentials', 'throttled']);
    expect(a.events.filter(({ type }) => type === 'lease-lost')).toEqual([]);
    expect(a.outcome).toBeUndefined();
  });

  it('by refusing the credentials for half a minute ends the worker, also before it has started', async () => {
    fleet = new Fleet(2);
    const fails = (): Error => Object.assign(new Error('no'), { name: 'ExpiredTokenException' });
    const a = fleet.start('a', { store: failing(fails, ['open']) });
    await fleet.clock.advance(25_000);
    expect(a.outcome).toBeUndefined();
    await fleet.clock.advance(15_000);
    expect(a.outcome).toMatchObject({ error: { code: 'CREDENTIALS_REFUSED' } });
  });

  it('by refusing a call for good ends the worker with the error that says so, wherever the call was made', async () => {
    fleet = new Fleet(2);
    let denied = false;
    const cause = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    const fails = (): Error | undefined =>
      denied ? new KclError('ACCESS_DENIED', 'not allowed: dynamodb:UpdateItem', { cause }) : undefined;
    const a = fleet.start('a', { store: failing(fails, ['write']), graceMs: 1000 });
    await fleet.clock.advance(1000);
    denied = true;
    await fleet.clock.advance(3000);
    expect(a.outcome).toMatchObject({ error: { code: 'ACCESS_DENIED' } });
    expect(a.events).toContainEqual(
      expect.objectContaining({ type: 'lease-table-failed', operation: 'renew', failure: 'denied' }),
    );
  });
});

describe('the throughput of a shard', () => {
  it('is an average over a minute of what was read, and goes on from what the last owner had measured', () => {
    let nowMs = 0;
    const clock = { monotonicMs: () => nowMs };
    const fresh = new ThroughputMeter(clock, undefined);
    expect(fresh.read()).toBeUndefined();
    for (let i = 0; i < 10; i += 1) {
      fresh.add(102_400);
      nowMs += 1000;
    }
    expect(fresh.read()).toBeCloseTo(100);
    nowMs += 60_000;
    expect(fresh.read()).toBeCloseTo(100 / Math.E);
    const next = new ThroughputMeter(clock, 50);
    expect(next.read()).toBe(50);
    nowMs += 600_000;
    expect(next.read()).toBeLessThan(0.01);
  });

  it('stands in the lease while its owner works, and passes to the children of a split', async () => {
    const fleet = new Fleet(1);
    fleet.start('a');
    for (let i = 0; i < 100; i += 1) {
      for (let j = 0; j < 50; j += 1) {
        fleet.stream.put(`key-${i}-${j}`, new Uint8Array(100));
      }
      await fleet.clock.advance(100);
    }
    const kBps = (await fleet.leases.get(first))?.throughputKBps ?? 0;
    expect(kBps).toBeGreaterThan(0);
    const children = fleet.stream.split(first);
    await fleet.clock.advance(700);
    const inherited = (await fleet.leases.get(children[0]?.shardId ?? ''))?.throughputKBps ?? 0;
    expect(inherited).toBeGreaterThan(kBps / 4);
    expect(inherited).toBeLessThan(kBps);
    await fleet.stopAll();
  });
});

describe('hot shards', () => {
  it('are shared out, and then nothing moves although throughput varies', async () => {
    const fleet = new Fleet(8);
    const shards = (await fleet.stream.listShards()).map(({ shardId, hashRange }) => ({
      shardId,
      explicitHashKey: BigInt(hashRange.startingHashKey),
    }));
    const quiet = { shardSyncIntervalMs: 1e9, random: () => 0.5 };
    fleet.start('a', quiet);
    await fleet.clock.advance(100);
    const b = fleet.start('b', quiet);
    await fleet.clock.advance(10 * failoverTimeMs);
    expect(fleet.loads()).toEqual([4, 4]);
    // All that is hot is with one of them.
    const hot = shards.map(({ shardId }) => shardId).filter((id) => fleet.owner(id) === 'a');
    const busy = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        shards.forEach(({ shardId, explicitHashKey }, i) => {
          const bytes = (hot.includes(shardId) ? 4000 : 400) * (1 + 0.3 * Math.sin(second + i));
          fleet.stream.put(`key-${i}-${second}`, { explicitHashKey, data: new Uint8Array(Math.round(bytes)) });
        });
        await fleet.clock.advance(1000);
      }
    };
    await busy(200);
    expect(hot.filter((id) => fleet.owner(id) === 'a')).toHaveLength(2);
    expect(hot.filter((id) => fleet.owner(id) === 'b')).toHaveLength(2);
    const taken = (): number => fleet.members.flatMap(({ events }) => events).filter(({ type }) => type === 'lease-taken').length;
    const before = taken();
    await busy(300);
    expect(taken()).toBe(before);
    expect(b.events.filter(({ type }) => type === 'lease-lost')).toEqual([]);
    await fleet.stopAll();
  });
});
