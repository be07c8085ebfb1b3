import * as fc from 'fast-check';
import {
  createWorkerOn,
  replayRangeOn,
  type KinesisRecord,
  type ReplayBehaviour,
  type ReplayResult,
  type ShardContext,
  type ShardProcessor,
} from '../../../../consumer/kcl';
import { InMemoryLeaseStore, InMemoryStream, VirtualClock } from '../../../../consumer/kcl/testing';
import { isComplete } from '../../../../consumer/kcl/replay/completion';

const second = 1_000;

/** A stream with a history, and a replay over it. */
function setUp(shards: number) {
  const clock = new VirtualClock();
  const stream = new InMemoryStream(clock, shards);
  const leases = new InMemoryLeaseStore();
  const seen: KinesisRecord[] = [];
  const put: KinesisRecord[] = [];
  /** A processor that keeps a batch and checkpoints it at the next call, as one with a buffer does. */
  const processor = ({ checkpointer }: ShardContext): ShardProcessor => {
    let last: KinesisRecord | undefined;
    const flush = async (): Promise<void> => {
      if (last !== undefined) {
        await checkpointer.checkpoint(last);
      }
    };
    return {
      process: async ({ records }) => {
        await flush();
        seen.push(...records);
        last = records.at(-1);
      },
      shardEnded: flush,
      handOver: flush,
      leaseLost: () => undefined,
    };
  };
  /** A record a second and key, for so long. */
  const history = async (seconds: number, keys = 8): Promise<void> => {
    for (let i = 0; i < seconds; i += 1) {
      for (let key = 0; key < keys; key += 1) {
        put.push(stream.put(`device-${key}`, Buffer.from(`${put.length}`)));
      }
      await clock.advance(second);
    }
  };
  const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * second);
  const replay = async (behaviour: Partial<ReplayBehaviour> & Pick<ReplayBehaviour, 'from' | 'to'>): Promise<ReplayResult> => {
    let ended = false;
    const running = replayRangeOn(
      { leases, stream },
      { processor, clock, random: () => 0.5, workerId: 'replay', maxRecordsPerRead: 50, ...behaviour },
    );
    running.then(
      () => (ended = true),
      () => (ended = true),
    );
    await clock.advanceUntil(() => ended, 3_600 * second, second);
    return running;
  };
  const inRange = (fromSeconds: number, toSeconds: number): string[] =>
    put
      .filter(({ arrivalTimeMs: ms }) => at(fromSeconds).getTime() <= ms && ms < at(toSeconds).getTime())
      .map(({ sequenceNumber }) => sequenceNumber)
      .sort();
  const seenNumbers = (): string[] => seen.map(({ sequenceNumber }) => sequenceNumber).sort();
  return { at, clock, history, inRange, leases, processor, put, replay, seen, seenNumbers, stream };
}

describe('replayRangeOn', () => {
  test('gives exactly the records of the range, in the order of each shard, and ends by itself', async () => {
    const { at, clock, history, inRange, replay, seen, seenNumbers } = setUp(3);
    await history(120);
    const result = await replay({ from: at(30), to: at(60) });
    expect(seenNumbers()).toEqual(inRange(30, 60));
    expect(result).toMatchObject({
      complete: true,
      records: 30 * 8,
      shards: [{ state: 'done' }, { state: 'done' }, { state: 'done' }],
    });
    expect(result.bytes).toBe(seen.reduce((sum, { data }) => sum + data.byteLength, 0));
    for (const key of new Set(seen.map(({ partitionKey }) => partitionKey))) {
      const ofKey = seen.filter(({ partitionKey }) => partitionKey === key).map(({ sequenceNumber }) => sequenceNumber);
      expect(ofKey).toEqual([...ofKey].sort());
    }
    expect(clock.sleepers).toBe(0);
  });

  test('ends at the tip of a shard that has no record after the range', async () => {
    const { at, clock, history, inRange, replay, seenNumbers } = setUp(2);
    await history(20);
    await clock.advance(60 * second);
    const result = await replay({ from: at(10), to: at(70) });
    expect(result.complete).toBe(true);
    expect(seenNumbers()).toEqual(inRange(10, 70));
  });

  test('reads no further than the first batch behind the range', async () => {
    const { at, history, replay } = setUp(1);
    await history(500);
    const result = await replay({ from: at(0), to: at(10) });
    expect(result.records).toBe(80);
    // Of each batch 50 records; one is read ahead and not given.
    expect(result.outside).toBeLessThan(50);
  });

  test('follows splits and merges in the range, and starts no child whose parent has passed it', async () => {
    const { at, history, inRange, replay, seenNumbers, stream } = setUp(2);
    await history(20);
    const [a = '', b = ''] = stream.openShardIds;
    const children = stream.split(a);
    await history(20);
    stream.merge(String(children[1]?.shardId), b);
    await history(40);
    stream.split(String(children[0]?.shardId));
    await history(40);
    const result = await replay({ from: at(10), to: at(60) });
    expect(seenNumbers()).toEqual(inRange(10, 60));
    const states = Object.fromEntries(result.shards.map(({ shardId, state }) => [shardId, state]));
    expect(result.complete).toBe(true);
    expect(Object.values(states).filter((state) => state === 'ended')).toHaveLength(3);
    expect(Object.values(states).filter((state) => state === 'done')).toHaveLength(2);
  });

  test('goes on where it was interrupted', async () => {
    const { at, clock, history, inRange, leases, processor, replay, seen, seenNumbers, stream } = setUp(2);
    await history(200);
    const interruption = new AbortController();
    const behaviour = { processor, clock, random: () => 0.5, maxRecordsPerRead: 20, from: at(0), to: at(150) };
    const first = replayRangeOn({ leases, stream }, { ...behaviour, workerId: 'first', signal: interruption.signal });
    await clock.advanceUntil(() => seen.length > 300, 60 * second);
    interruption.abort();
    await clock.advance(60 * second);
    await expect(first).resolves.toMatchObject({ complete: false });
    const before = seen.length;
    expect(before).toBeLessThan(150 * 8);
    const result = await replay({ from: at(0), to: at(150) });
    expect(result.complete).toBe(true);
    expect(result.records).toBe(150 * 8 - before);
    expect(seenNumbers()).toEqual(inRange(0, 150));
  });

  test('started again after it was complete, it ends without giving anything', async () => {
    const { at, history, replay, stream } = setUp(1);
    await history(10);
    stream.split(String(stream.openShardIds[0]));
    await history(60);
    await replay({ from: at(0), to: at(10) });
    expect(await replay({ from: at(0), to: at(10) })).toMatchObject({ complete: true, records: 0 });
  });

  test('ends with the processor’s own error when it keeps failing', async () => {
    const { at, history, replay } = setUp(1);
    await history(60);
    const failing = (): ShardProcessor => ({
      process: async () => Promise.reject(new Error('the sink is full')),
      shardEnded: async () => undefined,
      handOver: async () => undefined,
      leaseLost: () => undefined,
    });
    await expect(replay({ from: at(0), to: at(10), processor: failing })).rejects.toThrow('the sink is full');
  });

  test('repeats what a processor failed on, from its last checkpoint', async () => {
    const { at, history, inRange, processor, replay, seen } = setUp(1);
    await history(60);
    let calls = 0;
    const result = await replay({
      from: at(0),
      to: at(30),
      processor: (context) => {
        const inner = processor(context);
        return {
          ...inner,
          process: async (batch) => {
            calls += 1;
            if (calls === 3) {
              throw new Error('once');
            }
            await inner.process(batch);
          },
        };
      },
    });
    expect(result.complete).toBe(true);
    expect([...new Set(seen.map(({ sequenceNumber }) => sequenceNumber))].sort()).toEqual(inRange(0, 30));
  });

  test('is refused where a worker is alive, and told whose table it is', async () => {
    const { at, clock, history, leases, processor, replay, stream } = setUp(2);
    await history(60);
    const live = createWorkerOn({ leases, stream }, { processor, clock, random: () => 0.5, workerId: 'live' });
    const running = live.run();
    await clock.advance(5 * second);
    await expect(replay({ from: at(0), to: at(30) })).rejects.toMatchObject({
      code: 'REPLAY_REFUSED',
      message: expect.stringContaining('worker live is at work') as string,
    });
    const stopped = live.stop();
    await clock.advance(60 * second);
    await Promise.all([stopped, running]);
  });

  test.each([
    ['from is not before to', 30, 30, /must be before/],
    ['to has only just been', 0, 57, /must not be later than 5 s ago/],
    ['a date is none', NaN, 30, /from is not a valid date/],
  ])('%s: the option is refused', async (_why, from, to, message) => {
    const { at, history, replay } = setUp(1);
    await history(60);
    const range = { from: at(from), to: at(to) };
    await expect(replay(range)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message) as string,
    });
  });

  test('tells how far each shard is', async () => {
    const { at, history, replay } = setUp(1);
    await history(60);
    const told: number[] = [];
    await replay({ from: at(0), to: at(30), onProgress: ([shard]) => told.push(shard?.records ?? 0) });
    expect(told.length).toBeGreaterThan(3);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(240);
  });
});

test('whatever is split and merged when, exactly the range is given, and in order', async () => {
  const step = fc.record({
    seconds: fc.integer({ min: 1, max: 12 }),
    reshard: fc.constantFrom('split', 'merge', 'none'),
    at: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(100),
      fc.nat(100),
      async (steps, shards, a, b) => {
        const { at, clock, history, inRange, replay, seen, seenNumbers, stream } = setUp(shards);
        let seconds = 0;
        for (const { at: index, reshard, seconds: more } of steps) {
          await history(more, 4);
          seconds += more;
          const open = stream.openShardIds;
          const shard = open[index % open.length] ?? '';
          if (reshard === 'split') {
            stream.split(shard);
          } else if (reshard === 'merge') {
            open.some((other) => other !== shard && isMerged(stream, shard, other));
          }
        }
        await clock.advance(5 * second);
        const [from, to] = [Math.min(a, b) % seconds, 1 + (Math.max(a, b) % (seconds + 5))].sort((x, y) => x - y) as [
          number,
          number,
        ];
        fc.pre(from < to && to <= seconds);
        const result = await replay({ from: at(from), to: at(to) });
        expect(result.complete).toBe(true);
        expect(seenNumbers()).toEqual(inRange(from, to));
        for (const key of new Set(seen.map(({ partitionKey }) => partitionKey))) {
          const ofKey = seen.filter(({ partitionKey }) => partitionKey === key).map(({ sequenceNumber }) => sequenceNumber);
          expect(ofKey).toEqual([...ofKey].sort());
        }
        expect(clock.sleepers).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
});

/** Merges two shards if their ranges are next to each other. */
function isMerged(stream: InMemoryStream, shard: string, other: string): boolean {
  try {
    stream.merge(shard, other);
    return true;
  } catch {
    return false;
  }
}

describe('isComplete', () => {
  const lease = (leaseKey: string, sequenceNumber: string, ...parentShardIds: string[]) => ({
    leaseKey,
    counter: 1,
    owner: undefined,
    checkpoint: { sequenceNumber, subSequenceNumber: 0 },
    ownerSwitchesSinceCheckpoint: 0,
    parentShardIds,
    childShardIds: [],
    hashRange: undefined,
  });

  test('a table without leases is not complete: it has only just been made', () => {
    expect(isComplete([], new Set())).toBe(false);
  });

  test('a shard that nobody has read yet is not complete, and one behind a parent that has passed the range is', () => {
    const leases = [lease('p', 'SHARD_END'), lease('q', '5'), lease('child', 'TRIM_HORIZON', 'p', 'q')];
    expect(isComplete(leases, new Set())).toBe(false);
    expect(isComplete(leases, new Set(['q']))).toBe(true);
    expect(isComplete([lease('p', 'SHARD_END'), lease('child', 'TRIM_HORIZON', 'p')], new Set())).toBe(false);
  });
});
