import { KclError, type KclErrorCode, type KclEvent, type RecordBatch } from '../../../../../consumer/kcl';
import type { RecordsResult } from '../../../../../consumer/kcl/ports/stream-api';
import { Fleet } from '../../fleet/fleet';

describe('reading a shard', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  const numbers = (): string[] => fleet.seen.map(({ record }) => record.partitionKey);

  it('goes on after the last record when the iterator has expired under a slow processor', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a', {
      maxRecordsPerRead: 2,
      processor: (context) => ({
        ...fleet.noting('a', context, a.clock),
        process: async (batch) => {
          await fleet.noting('a', context, a.clock).process(batch);
          if (fleet.seen.length === 2) {
            await fleet.clock.sleep(301_000);
          }
        },
      }),
    });
    ['1', '2', '3', '4', '5'].forEach((key) => fleet.stream.put(key));
    await fleet.clock.advance(310_000);
    expect(numbers()).toEqual(['1', '2', '3', '4', '5']);
    expect(a.events).toContainEqual({ type: 'iterator-expired', shardId: 'shardId-000000000000' });
    expect(a.events.filter(({ type }) => type === 'lease-lost')).toEqual([]);
  });

  it('backs off when the shard is throttled by another reader, and says so', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    await fleet.clock.advance(10);
    const other = await fleet.stream.getIterator('shardId-000000000000', { type: 'LATEST' });
    for (let i = 0; i < 100; i += 1) {
      await fleet.stream.getRecords('iterator' in other ? other.iterator : '', 1);
      await fleet.clock.advance(50);
    }
    fleet.stream.put('x');
    await fleet.clock.advance(15_000);
    expect(a.events.some(({ type }) => type === 'throttled')).toBe(true);
    expect(numbers()).toEqual(['x']);
  });

  it('does not take a reader that waits out its throttling for a stuck one', async () => {
    fleet = new Fleet(1);
    const getRecords = fleet.stream.getRecords.bind(fleet.stream);
    fleet.stream.getRecords = async () => ({ kind: 'throttled' });
    const a = fleet.start('a', { readerStallTimeMs: 3000 });
    await fleet.clock.advance(60_000);
    expect(a.events.filter(({ type }) => type === 'throttled').length).toBeGreaterThan(5);
    expect(a.events.filter(({ type }) => type === 'reader-stalled')).toEqual([]);
    fleet.stream.getRecords = getRecords;
    fleet.stream.put('x');
    await fleet.clock.advance(15_000);
    expect(numbers()).toEqual(['x']);
  });

  it('goes on with the other shards when the one it reads is trimmed under it', async () => {
    fleet = new Fleet(2);
    const a = fleet.start('a', { maxRecordsPerRead: 1, readIntervalMs: 1000 });
    await fleet.clock.advance(10);
    for (let i = 0; i < 40; i += 1) {
      fleet.stream.put(`key-${i}`);
    }
    await fleet.clock.advance(3000);
    const children = fleet.stream.split('shardId-000000000000').map(({ shardId }) => shardId);
    fleet.stream.trim('shardId-000000000000');
    const inChildren = Array.from({ length: 40 }, (_, i) => fleet.stream.put(`late-${i}`)).filter(({ shardId }) =>
      children.includes(shardId),
    );
    await fleet.clock.advance(60_000);
    expect(a.outcome).toBeUndefined();
    expect(a.events).toContainEqual(expect.objectContaining({ type: 'shard-gone', shardId: 'shardId-000000000000' }));
    expect(numbers()).toEqual(expect.arrayContaining(inChildren.map(({ partitionKey }) => partitionKey)));
  });

  it('tries again when a read fails, and reads nothing twice', async () => {
    fleet = new Fleet(1);
    const getRecords = fleet.stream.getRecords.bind(fleet.stream);
    let calls = 0;
    fleet.stream.getRecords = async (iterator, limit) => {
      calls += 1;
      const reply = await getRecords(iterator, limit);
      if (calls % 3 === 2) {
        throw new Error('connection reset');
      }
      return reply;
    };
    const a = fleet.start('a', { maxRecordsPerRead: 1 });
    ['1', '2', '3', '4'].forEach((key) => fleet.stream.put(key));
    await fleet.clock.advance(10_000);
    expect(numbers()).toEqual(['1', '2', '3', '4']);
    expect(a.events.some(({ type }) => type === 'read-failed')).toBe(true);
  });

  it('fetches one batch ahead at most while the processor is busy', async () => {
    fleet = new Fleet(1);
    const getRecords = fleet.stream.getRecords.bind(fleet.stream);
    let reads = 0;
    fleet.stream.getRecords = (iterator, limit) => {
      reads += 1;
      return getRecords(iterator, limit);
    };
    let release: () => void = () => undefined;
    const batches: RecordBatch[] = [];
    fleet.start('a', {
      maxRecordsPerRead: 1,
      processor: () => ({
        process: (batch) => {
          batches.push(batch);
          return new Promise((resolve) => (release = resolve));
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    ['1', '2', '3', '4'].forEach((key) => fleet.stream.put(key));
    await fleet.clock.advance(5000);
    expect([batches.length, reads]).toEqual([1, 2]);
    release();
    await fleet.clock.advance(5000);
    expect([batches.length, reads]).toEqual([2, 3]);
    const stopping = fleet.stopAll();
    release();
    await stopping;
  });

  it('has its checkpoints refused when they go back, go too far or are no record', async () => {
    fleet = new Fleet(1);
    const outcomes: string[] = [];
    fleet.start('a', {
      processor: ({ checkpointer }) => ({
        process: async ({ records }) => {
          const attempt = async (sequenceNumber: string): Promise<void> => {
            const outcome = await checkpointer.checkpoint({ sequenceNumber, subSequenceNumber: 0 }).catch((e: unknown) => e);
            outcomes.push(outcome instanceof RangeError ? 'RangeError' : String(outcome));
          };
          const [first, second] = records.map(({ sequenceNumber }) => sequenceNumber) as [string, string];
          await attempt(String(BigInt(second) + 1n));
          await attempt('SHARD_END');
          await attempt('TRIM_HORIZON');
          await attempt(second);
          await attempt(first);
          await attempt(second);
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    const [, second] = [fleet.stream.put('1'), fleet.stream.put('2')];
    await fleet.clock.advance(400);
    expect(outcomes).toEqual(['RangeError', 'RangeError', 'RangeError', 'stored', 'RangeError', 'stored']);
    expect(fleet.checkpoint('shardId-000000000000')).toBe(second.sequenceNumber);
  });

  describe('when somebody has to do something', () => {
    const failing = (code: KclErrorCode, times: number): void => {
      fleet = new Fleet(1);
      const getRecords = fleet.stream.getRecords.bind(fleet.stream);
      let calls = 0;
      fleet.stream.getRecords = (...args) => {
        calls += 1;
        return calls <= times ? Promise.reject(new KclError(code, 'no')) : getRecords(...args);
      };
      fleet.stream.put('x');
    };
    const ofType = (events: readonly KclEvent[], type: KclEvent['type']): number =>
      events.filter((event) => event.type === type).length;

    it.each(['CREDENTIALS_REFUSED', 'KMS_KEY_UNUSABLE'] as const)('waits a little for it to be done: %s', async (code) => {
      failing(code, 4);
      const a = fleet.start('a');
      await fleet.clock.advance(30_000);
      expect(numbers()).toEqual(['x']);
      expect(ofType(a.events, 'read-failed')).toBe(4);
      expect(a.outcome).toBeUndefined();
    });

    it.each(['CREDENTIALS_REFUSED', 'KMS_KEY_UNUSABLE'] as const)('ends the worker when it is not: %s', async (code) => {
      failing(code, Infinity);
      const a = fleet.start('a');
      await fleet.clock.advance(30_000);
      expect(a.outcome).toMatchObject({ error: { code } });
      expect(ofType(a.events, 'read-failed')).toBe(4);
      expect(fleet.owner('shardId-000000000000')).toBeUndefined();
    });

    it.each(['ACCESS_DENIED', 'STREAM_MISSING', 'CHECKPOINT_FOREIGN'] as const)('ends the worker at once: %s', async (code) => {
      failing(code, Infinity);
      const a = fleet.start('a');
      await fleet.clock.advance(1000);
      expect(a.outcome).toMatchObject({ error: { code } });
    });

    it('waits a little for credentials when it lists shards, too', async () => {
      fleet = new Fleet(1);
      const listShards = fleet.stream.listShards.bind(fleet.stream);
      let failures = 0;
      fleet.stream.listShards = () => {
        failures += 1;
        return failures <= 3 ? Promise.reject(new KclError('CREDENTIALS_REFUSED', 'no')) : listShards();
      };
      fleet.stream.put('x');
      fleet.start('a');
      await fleet.clock.advance(15_000);
      expect(numbers()).toEqual(['x']);
    });
  });

  it('tells apart whether the shard or the key of the stream is throttled, and what a failed read meant', async () => {
    fleet = new Fleet(1);
    const getRecords = fleet.stream.getRecords.bind(fleet.stream);
    const answers: (() => Promise<RecordsResult>)[] = [
      async () => ({ kind: 'throttled', by: 'kms' }),
      async () => ({ kind: 'throttled' }),
      () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
      () => Promise.reject(Object.assign(new Error('internal'), { name: 'InternalFailureException' })),
    ];
    fleet.stream.getRecords = (...args) => answers.shift()?.() ?? getRecords(...args);
    const a = fleet.start('a');
    fleet.stream.put('x');
    await fleet.clock.advance(30_000);
    const told = a.events.flatMap((event) =>
      event.type === 'throttled' ? [event.by] : event.type === 'read-failed' ? [event.failure] : [],
    );
    expect(told).toEqual(['kms', 'stream', 'network', 'service']);
    expect(numbers()).toEqual(['x']);
  });

  it('gives its lease away when its reads fail all the time, instead of renewing it for ever', async () => {
    fleet = new Fleet(1);
    fleet.stream.getRecords = () => Promise.reject(new Error('no route to host'));
    const a = fleet.start('a');
    await fleet.clock.advance(15_000);
    expect(a.events).toContainEqual(expect.objectContaining({ type: 'lease-released', reason: 'reader-stalled' }));
  });

  it('does not take a reader for stuck that waits as long as a large reply costs', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a', { readerStallTimeMs: 3000, maxRecordsPerRead: 1000 });
    for (let i = 0; i < 3; i += 1) {
      fleet.stream.put(`${i}`, new Uint8Array(9 * 1024 * 1024));
    }
    await fleet.clock.advance(30_000);
    expect(numbers()).toEqual(['0', '1', '2']);
    expect(ofTypes(a.events, 'reader-stalled', 'throttled')).toEqual([]);
  });
});

function ofTypes(events: readonly KclEvent[], ...types: KclEvent['type'][]): readonly KclEvent[] {
  return events.filter(({ type }) => types.includes(type));
}
