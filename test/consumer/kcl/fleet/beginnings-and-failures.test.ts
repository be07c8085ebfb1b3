import { expectAllInOrder, Fleet, failoverTimeMs, keys } from './fleet';

describe('a worker that begins, or fails', () => {
  let fleet: Fleet;
  afterEach(async () => {
    await fleet.stopAll();
    // A timer that is left would keep a real process alive.
    expect(fleet.clock.sleepers).toBe(0);
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
    expectAllInOrder(fleet, 5);
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
    expectAllInOrder(fleet, 1);
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
});
