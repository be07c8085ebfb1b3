import { expectAllInOrder, Fleet, keys } from './fleet';

describe('a fleet whose stream is resharded', () => {
  let fleet: Fleet;
  afterEach(async () => {
    await fleet.stopAll();
    // A timer that is left would keep a real process alive.
    expect(fleet.clock.sleepers).toBe(0);
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
    expectAllInOrder(fleet, 250);
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
    expectAllInOrder(fleet, 4);
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
    expectAllInOrder(fleet, 30);
  });
});
