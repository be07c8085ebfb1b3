import {
  aggregate,
  type CheckpointResult,
  type HashRange,
  type RecordPosition,
  type RecordToPut,
  type ShardProcessor,
  type UserRecord,
} from '../../../../consumer/kcl';
import { Fleet } from '../fleet/fleet';

const lastHashKey = (1n << 128n) - 1n;
const wholeStream: readonly HashRange[] = [{ startingHashKey: '0', endingHashKey: String(lastHashKey) }];
const shardId = 'shardId-000000000000';

/** User records named by numbers. */
const users = (...numbers: readonly number[]): UserRecord[] =>
  numbers.map((number) => ({ partitionKey: `key-${number}`, data: Buffer.from(String(number)) }));

describe('a shard with aggregates', () => {
  let fleet: Fleet;
  afterEach(() => fleet.stopAll());

  function put(record: RecordToPut | undefined): { readonly sequenceNumber: string; readonly shardId: string } {
    const { data, explicitHashKey, partitionKey } = record as RecordToPut;
    return fleet.stream.put(partitionKey, {
      data,
      ...(explicitHashKey !== undefined && { explicitHashKey: BigInt(explicitHashKey) }),
    });
  }

  const putAggregate = (records: readonly UserRecord[]): { readonly sequenceNumber: string; readonly shardId: string } =>
    put(aggregate(records, { shards: wholeStream })[0]);

  const seenBy = (worker: string): string[] =>
    fleet.seen.filter((seen) => seen.worker === worker).map(({ record }) => Buffer.from(record.data).toString());

  /** A worker that checkpoints only where it is told to. */
  function start(worker: string, at: (position: RecordPosition) => RecordPosition | undefined): CheckpointResult[] {
    const results: CheckpointResult[] = [];
    fleet.start(worker, {
      processor: ({ checkpointer }): ShardProcessor => ({
        process: async ({ records }) => {
          for (const record of records) {
            fleet.seen.push({ worker, shardId, record });
            const position = at(record);
            if (position !== undefined) {
              results.push(await checkpointer.checkpoint(position));
            }
          }
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    return results;
  }

  async function stop(): Promise<void> {
    const stopped = fleet.members.map(({ worker }) => worker.stop({ graceMs: 1000 }));
    await fleet.clock.advance(2000);
    await Promise.all(stopped);
  }

  it('is opened before the processor sees it: user records in order, numbered within their aggregate', async () => {
    fleet = new Fleet(1);
    fleet.start('a');
    const [first, second] = [putAggregate(users(1, 2, 3)), put(aggregate(users(4))[0])];
    await fleet.clock.advance(3000);
    expect(fleet.seen.map(({ record }) => [record.partitionKey, record.sequenceNumber, record.subSequenceNumber])).toEqual([
      ['key-1', first.sequenceNumber, 0],
      ['key-2', first.sequenceNumber, 1],
      ['key-3', first.sequenceNumber, 2],
      ['key-4', second.sequenceNumber, 0],
    ]);
  });

  it.each([
    [0, ['2', '3', '4', '5']],
    [1, ['3', '4', '5']],
    [2, ['4', '5']],
    [3, ['5']],
  ])('goes on behind user record %i of an aggregate after a restart there', async (index, expected) => {
    fleet = new Fleet(1);
    const { sequenceNumber } = putAggregate(users(1, 2, 3, 4));
    put(aggregate(users(5))[0]);
    const results = start('a', (position) =>
      position.sequenceNumber === sequenceNumber && position.subSequenceNumber === index ? position : undefined,
    );
    await fleet.clock.advance(3000);
    expect([seenBy('a'), results]).toEqual([['1', '2', '3', '4', '5'], ['stored']]);
    await stop();
    expect(fleet.leases.row(shardId)).toMatchObject({
      checkpoint: { S: sequenceNumber },
      checkpointSubSequenceNumber: { N: String(index) },
    });
    fleet.start('b');
    await fleet.clock.advance(10_000);
    expect(seenBy('b')).toEqual(expected);
  });

  it('reads nothing twice after a checkpoint at a record of its own', async () => {
    fleet = new Fleet(1);
    putAggregate(users(1, 2));
    put(aggregate(users(3))[0]);
    fleet.start('a');
    await fleet.clock.advance(3000);
    await stop();
    put(aggregate(users(4))[0]);
    fleet.start('b');
    await fleet.clock.advance(10_000);
    expect([seenBy('a'), seenBy('b')]).toEqual([['1', '2', '3'], ['4']]);
  });

  it('starts again behind the checkpoint when the processor fails in the middle of an aggregate', async () => {
    fleet = new Fleet(1);
    let failures = 0;
    start('a', (position) => {
      if (position.subSequenceNumber === 2 && failures < 2) {
        failures += 1;
        throw new Error('passing trouble');
      }
      return position;
    });
    putAggregate(users(1, 2, 3, 4));
    await fleet.clock.advance(60_000);
    expect(seenBy('a').filter((one) => one === '2')).toHaveLength(1);
    expect(seenBy('a').slice(-2)).toEqual(['3', '4']);
    expect(fleet.leases.row(shardId)).toMatchObject({ checkpointSubSequenceNumber: { N: '3' } });
  });

  it('refuses a checkpoint at a user record that was not given yet', async () => {
    fleet = new Fleet(1);
    const outcomes: string[] = [];
    fleet.start('a', {
      processor: ({ checkpointer }): ShardProcessor => ({
        process: async ({ records }) => {
          const { sequenceNumber } = records[0] as RecordPosition;
          for (const subSequenceNumber of [3, 2, 1, 2]) {
            const outcome = await checkpointer.checkpoint({ sequenceNumber, subSequenceNumber }).catch((error: unknown) => error);
            outcomes.push(outcome instanceof RangeError ? 'RangeError' : String(outcome));
          }
        },
        shardEnded: async () => undefined,
        handOver: async () => undefined,
        leaseLost: () => undefined,
      }),
    });
    putAggregate(users(1, 2, 3));
    await fleet.clock.advance(1000);
    expect(outcomes).toEqual(['RangeError', 'stored', 'RangeError', 'stored']);
  });

  it('leaves out what a producer, unaware of a split, put for the other child, says how many, and keeps the rest', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    await fleet.clock.advance(1000);
    fleet.stream.split(shardId);
    const records = users(...Array.from({ length: 20 }, (_, index) => index));
    const { shardId: child } = putAggregate(records);
    await fleet.clock.advance(30_000);
    const other = a.events.flatMap((event) => (event.type === 'user-records-skipped' ? [event] : []));
    expect(other).toEqual([expect.objectContaining({ shardId: child })]);
    const skipped = other[0]?.records ?? 0;
    expect(skipped).toBeGreaterThan(0);
    expect(fleet.seen).toHaveLength(20 - skipped);
  });

  it('hands on what only begins like an aggregate', async () => {
    fleet = new Fleet(1);
    const a = fleet.start('a');
    const data = Buffer.from('f3899ac2ffff', 'hex');
    fleet.stream.put('k', data);
    await fleet.clock.advance(3000);
    expect(fleet.seen.map(({ record }) => record.data)).toEqual([data]);
    expect(a.events).toContainEqual(expect.objectContaining({ type: 'aggregate-malformed', reason: 'truncated', records: 1 }));
  });
});
