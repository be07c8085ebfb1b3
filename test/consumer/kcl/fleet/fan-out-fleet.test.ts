import { Fleet, type Member } from './fleet';

/** Workers that read by fan-out, on one stream and one table in memory: subscriptions move between workers with the leases. */
describe('a fleet that reads by enhanced fan-out', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  const start = (workerId: string): Member => fleet.start(workerId, { reading: { kind: 'fan-out' } });
  const put = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, i) => fleet.stream.put(`key-${from + i}`).sequenceNumber);

  function expectAll(sequenceNumbers: readonly string[]): void {
    const seen = new Set(fleet.seen.map(({ record }) => record.sequenceNumber));
    expect(sequenceNumbers.filter((one) => !seen.has(one))).toEqual([]);
    const shards = new Set(fleet.seen.map(({ shardId }) => shardId));
    for (const shardId of shards) {
      const first = [
        ...new Set(fleet.seen.filter((one) => one.shardId === shardId).map(({ record }) => BigInt(record.sequenceNumber))),
      ];
      expect(first).toEqual([...first].sort((a, b) => (a < b ? -1 : 1)));
    }
  }

  const eventsOf = (type: string): number =>
    fleet.members.flatMap(({ events }) => events).filter((event) => event.type === type).length;

  it('loses nothing while workers join and leave, and shards split and merge', async () => {
    fleet = new Fleet(4);
    const all: string[] = put(0, 50);
    start('a');
    await fleet.clock.advance(10_000);
    const b = start('b');
    all.push(...put(50, 100));
    await fleet.clock.advance(20_000);
    const [first, second] = fleet.stream.split(fleet.stream.openShardIds[0] ?? '');
    all.push(...put(100, 200));
    await fleet.clock.advance(20_000);
    fleet.stream.merge(first?.shardId ?? '', second?.shardId ?? '');
    start('c');
    all.push(...put(200, 300));
    await fleet.clock.advance(20_000);
    await Promise.all([b.worker.stop(), fleet.clock.advance(30_000)]);
    all.push(...put(300, 400));
    // Past the life of every subscription.
    await fleet.clock.advance(400_000);
    all.push(...put(400, 450));
    await fleet.clock.advance(2_000);
    expectAll(all);
    expect(eventsOf('subscription-started')).toBeGreaterThan(10);
    expect(['fan-out-unavailable', 'fan-out-fell-back', 'subscription-silent', 'reader-stalled'].map(eventsOf)).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('begins with what arrives after it, at LATEST', async () => {
    fleet = new Fleet(2);
    put(0, 30);
    await fleet.clock.advance(100_000);
    fleet.start('a', { reading: { kind: 'fan-out' }, initialPosition: 'LATEST' });
    // Past a change of subscriptions that have given no record yet.
    await fleet.clock.advance(320_000);
    const late = put(30, 60);
    await fleet.clock.advance(5_000);
    expect(fleet.seen.map(({ record }) => record.sequenceNumber).sort()).toEqual(late);
  });

  it('takes the subscriptions over from a worker that stands still, and leaves them to the new one when it wakes', async () => {
    fleet = new Fleet(3);
    const all: string[] = put(0, 30);
    const a = start('a');
    await fleet.clock.advance(10_000);
    a.clock.pause();
    start('b');
    all.push(...put(30, 90));
    await fleet.clock.advance(30_000);
    expectAll(all);
    a.clock.resume();
    all.push(...put(90, 150));
    await fleet.clock.advance(30_000);
    all.push(...put(150, 200));
    await fleet.clock.advance(5_000);
    expectAll(all);
    expect(eventsOf('fan-out-fell-back')).toBe(0);
  });
});
