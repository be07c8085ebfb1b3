import type { WorkerBehaviour } from '../../../../../consumer/kcl';
import { Fleet } from '../../fleet/fleet';

const first = 'shardId-000000000000';

describe('where a shard is read from', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  const seen = (): string[] => fleet.seen.map(({ record }) => record.partitionKey);
  const put = (...keys: string[]): void => keys.forEach((key) => fleet.stream.put(key));
  const start = (workerId: string, behaviour: Partial<WorkerBehaviour> = {}) => fleet.start(workerId, behaviour);

  it('is the oldest record by default, and its children follow from their beginnings', async () => {
    fleet = new Fleet(1);
    put('1', '2');
    fleet.stream.split(first);
    put('3', '4');
    start('a');
    await fleet.clock.advance(5000);
    expect(seen().sort()).toEqual(['1', '2', '3', '4']);
    expect(seen().slice(0, 2)).toEqual(['1', '2']);
  });

  it('with LATEST is what arrives from then on, and children that come later from their beginnings', async () => {
    fleet = new Fleet(1);
    put('before');
    start('a', { initialPosition: 'LATEST' });
    await fleet.clock.advance(1000);
    put('1');
    fleet.stream.split(first);
    put('2');
    const [left, right] = fleet.stream.openShardIds as [string, string];
    fleet.stream.merge(left, right);
    put('3');
    await fleet.clock.advance(10_000);
    expect(seen()).toEqual(['1', '2', '3']);
  });

  it('with LATEST is not moved on when reads fail before the first record', async () => {
    fleet = new Fleet(1);
    const getRecords = fleet.stream.getRecords.bind(fleet.stream);
    let broken = true;
    fleet.stream.getRecords = (...args) => (broken ? Promise.reject(new Error('connection reset')) : getRecords(...args));
    fleet.stream.put('long before');
    await fleet.clock.advance(120_000);
    start('a', { initialPosition: 'LATEST' });
    await fleet.clock.advance(1000);
    put('1', '2');
    broken = false;
    await fleet.clock.advance(10_000);
    expect(seen()).toEqual(['1', '2']);
  });

  it('with LATEST is the first record read, when the processor fails before there is a checkpoint', async () => {
    fleet = new Fleet(1);
    put('before');
    let failures = 0;
    const a = start('a', {
      initialPosition: 'LATEST',
      processor: (context) => {
        const noting = fleet.noting('a', context, a.clock);
        return {
          ...noting,
          process: async (batch) => {
            failures += 1;
            if (failures <= 2) {
              throw new Error('not yet');
            }
            await noting.process(batch);
          },
        };
      },
    });
    await fleet.clock.advance(1000);
    put('1', '2');
    await fleet.clock.advance(10_000);
    expect(failures).toBe(3);
    expect(seen()).toEqual(['1', '2']);
  });

  it('with a time is the first record that arrived then or later, in whatever shard of a row of reshards it lies', async () => {
    fleet = new Fleet(1);
    put('old');
    await fleet.clock.advance(1000);
    fleet.stream.split(first);
    put('old, too');
    await fleet.clock.advance(1000);
    const timestamp = new Date(fleet.clock.wallMs());
    put('1');
    await fleet.clock.advance(1000);
    const [left, right] = fleet.stream.openShardIds as [string, string];
    fleet.stream.merge(left, right);
    put('2');
    start('a', { initialPosition: { timestamp } });
    await fleet.clock.advance(10_000);
    expect(seen()).toEqual(['1', '2']);
  });

  it('with a time is the beginning for a worker that has no time, when the lease has no checkpoint yet', async () => {
    fleet = new Fleet(1);
    put('1');
    await fleet.clock.advance(1000);
    const a = start('a', {
      initialPosition: { timestamp: new Date(fleet.clock.wallMs()) },
      processor: () => Promise.reject(new Error('never')),
    });
    await fleet.clock.advance(300);
    await Promise.all([a.worker.stop({ graceMs: 100 }), fleet.clock.advance(1000)]);
    expect(fleet.checkpoint(first)).toBe('AT_TIMESTAMP');
    start('b');
    await fleet.clock.advance(30_000);
    expect(seen()).toEqual(['1']);
  });

  it('with a checkpoint is the record after it, which the new owner reads without repeating the one before', async () => {
    fleet = new Fleet(1);
    put('1', '2');
    const a = start('a');
    await fleet.clock.advance(1000);
    await Promise.all([a.worker.stop(), fleet.clock.advance(1000)]);
    put('3');
    start('b', { initialPosition: 'LATEST' });
    await fleet.clock.advance(30_000);
    expect(seen()).toEqual(['1', '2', '3']);
  });

  it('of children whose parent was trimmed before it was read is their beginning', async () => {
    fleet = new Fleet(1);
    put('trimmed');
    fleet.stream.split(first);
    put('1', '2');
    fleet.stream.trim(first);
    start('a');
    await fleet.clock.advance(5000);
    expect(seen().sort()).toEqual(['1', '2']);
  });
});
