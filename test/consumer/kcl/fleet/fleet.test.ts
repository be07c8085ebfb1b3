import { expectAllInOrder, Fleet, failoverTimeMs, keys, type Member } from './fleet';

describe('a fleet of workers', () => {
  let fleet: Fleet;
  afterEach(async () => {
    await fleet.stopAll();
    // A timer that is left would keep a real process alive.
    expect(fleet.clock.sleepers).toBe(0);
  });

  const isTaken = (member: Member): number => member.events.filter(({ type }) => type === 'lease-taken').length;

  it('takes the shards of a new application at once and reads them', async () => {
    fleet = new Fleet(4);
    keys(0, 100).forEach((key) => fleet.stream.put(key));
    const a = fleet.start('a');
    await fleet.clock.advance(1);
    expect(isTaken(a)).toBe(4);
    await fleet.clock.advance(1000);
    expectAllInOrder(fleet, 100);
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
    expectAllInOrder(fleet, 200);
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
    expectAllInOrder(fleet, 100);
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
});
