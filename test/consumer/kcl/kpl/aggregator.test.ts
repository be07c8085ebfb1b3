import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import {
  aggregate,
  Aggregator,
  deaggregate,
  misplaced,
  type HashRange,
  type KinesisRecord,
  type RecordToPut,
  type UserRecord,
} from '../../../../consumer/kcl';
import { middle, oneShard, twoShards } from './vectors';

const user = (partitionKey: string, data: string | Buffer, explicitHashKey?: string): UserRecord => ({
  partitionKey,
  data: Buffer.from(data),
  explicitHashKey,
});

const asRead = ({ partitionKey, data }: RecordToPut): KinesisRecord => ({
  partitionKey,
  sequenceNumber: '1',
  subSequenceNumber: 0,
  data,
  arrivalTimeMs: 0,
});

function hashKeyOf({ partitionKey, explicitHashKey }: Pick<UserRecord, 'partitionKey' | 'explicitHashKey'>): bigint {
  return explicitHashKey !== undefined
    ? BigInt(explicitHashKey)
    : BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
}

function holds({ startingHashKey, endingHashKey }: HashRange, key: bigint): boolean {
  return BigInt(startingHashKey) <= key && key <= BigInt(endingHashKey);
}

const textsOf = (put: readonly RecordToPut[]): string[][] =>
  put.map(({ userRecords }) => userRecords.map(({ data }) => Buffer.from(data).toString()));

describe('aggregate', () => {
  const userRecord: fc.Arbitrary<UserRecord> = fc.record({
    partitionKey: fc.oneof(fc.constantFrom('a', 'b', 'gerät-ü'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    explicitHashKey: fc.option(
      fc.oneof(fc.constantFrom('0', middle), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(String)),
      { nil: undefined, freq: 2 },
    ),
    data: fc.uint8Array({ maxLength: 300 }),
  });
  const options = fc.record({
    maxBytes: fc.integer({ min: 1, max: 2000 }),
    maxRecords: fc.integer({ min: 1, max: 50 }),
    shards: fc.constantFrom(oneShard, twoShards, twoShards.slice(1)),
  });

  test('deaggregate(aggregate(x)) = x: each shard opens what is its own, in order, and nothing is left out', () => {
    fc.assert(
      fc.property(fc.array(userRecord, { maxLength: 120 }), options, (records, { shards, ...limits }) => {
        const put = aggregate(records, { ...limits, shards });
        for (const shard of twoShards.length === shards.length ? twoShards : oneShard) {
          const ofShard = put.filter((record) => holds(shard, hashKeyOf(record)));
          const opened = ofShard.map((record) => ({ record, ...deaggregate(asRead(record), shard) }));
          expect(opened.map(({ outOfRange, malformed }) => [outOfRange, malformed])).toEqual(opened.map(() => [0, undefined]));
          expect(
            opened.flatMap(({ record, records: [...each] }) => each.map((one) => [one.partitionKey, one.data, record])),
          ).toEqual(ofShard.flatMap((record) => record.userRecords.map((one) => [one.partitionKey, one.data, record])));
        }
        const all = put.flatMap(({ userRecords }) => userRecords);
        expect(all).toHaveLength(records.length);
        for (const key of new Set(records.map(hashKeyOf))) {
          expect(all.filter((one) => hashKeyOf(one) === key)).toEqual(records.filter((one) => hashKeyOf(one) === key));
        }
        for (const { data, userRecords } of put) {
          expect(userRecords.length === 1 || (data.length <= limits.maxBytes && userRecords.length <= limits.maxRecords)).toBe(
            true,
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  test('without a map of the shards puts together only what no reshard can part', () => {
    const put = aggregate([user('a', '1'), user('b', '2'), user('a', '3'), user('c', '4', '9'), user('d', '5', '9')]);
    expect(textsOf(put)).toEqual([['1', '3'], ['2'], ['4', '5']]);
  });

  test('what lies in no known shard goes by itself and at once', () => {
    const aggregator = new Aggregator({ shards: twoShards.slice(1) });
    expect(textsOf(aggregator.add(user('a', 'x', '0')))).toEqual([['x']]);
    expect(aggregator.waiting).toBe(0);
  });

  test('a record alone goes as it is, unless a consumer would take it for an aggregate', () => {
    const [plain] = aggregate([user('k', 'data', '7')]);
    expect(plain).toMatchObject({ partitionKey: 'k', explicitHashKey: '7', data: Buffer.from('data') });
    const inner = Buffer.from(aggregate([user('k', '1'), user('k', '2')])[0]?.data ?? []);
    const [wrapped] = aggregate([user('k', inner)]);
    expect(deaggregate(asRead(wrapped as RecordToPut)).records).toMatchObject([{ partitionKey: 'k', data: inner }]);
  });

  test('an aggregate is filled to the byte, and one more would be too many', () => {
    const records = Array.from({ length: 10 }, () => user('k', '0123456789'));
    const bytes = aggregate(records)[0]?.data.length ?? 0;
    expect(aggregate(records, { maxBytes: bytes })).toHaveLength(1);
    expect(textsOf(aggregate(records, { maxBytes: bytes - 1 })).map(({ length }) => length)).toEqual([9, 1]);
  });

  test('gives an aggregate when it is complete, and what waits when it is flushed', () => {
    const aggregator = new Aggregator({ maxRecords: 2 });
    expect([aggregator.add(user('k', '1')), aggregator.add(user('k', '2'))]).toEqual([[], []]);
    expect(textsOf(aggregator.add(user('k', '3')))).toEqual([['1', '2']]);
    expect(aggregator.waiting).toBe(1);
    expect(textsOf(aggregator.flush())).toEqual([['3']]);
    expect(aggregator.flush()).toEqual([]);
  });

  test('after a reshard exactly the records that consumers leave out are to be put again', () => {
    const [put] = aggregate([user('a', '1', '1'), user('b', '2', middle), user('c', '3', '2')], { shards: oneShard });
    for (const shard of twoShards) {
      const again = misplaced(put as RecordToPut, shard);
      const { outOfRange, records } = deaggregate(asRead(put as RecordToPut), shard);
      expect(again).toHaveLength(outOfRange);
      expect([...again, ...records].map(({ partitionKey }) => partitionKey).sort()).toEqual(['a', 'b', 'c']);
    }
    const [alone] = aggregate([user('a', '1', '1')]);
    expect(misplaced(alone as RecordToPut, twoShards[1] as HashRange)).toEqual([]);
  });

  test.each([
    ['an empty partition key', user('', 'x')],
    ['a partition key of 257 characters', user('k'.repeat(257), 'x')],
    ['a hash key that is no number', user('k', 'x', '-1')],
    ['a hash key of 2^128', user('k', 'x', String(1n << 128n))],
  ])('refuses %s, as Kinesis would', (_what, record) => {
    expect(() => aggregate([record])).toThrow(RangeError);
  });

  test.each([
    { maxBytes: 0 },
    { maxBytes: 1_048_321 },
    { maxBytes: NaN },
    { maxRecords: 0 },
    { shards: [{ startingHashKey: 'x', endingHashKey: '1' }] },
  ])('refuses the options %j', (options) => {
    expect(() => new Aggregator(options)).toThrow(RangeError);
  });
});
