import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { aggregate, deaggregate, type HashRange, type KinesisRecord, type UserRecord } from '../../../../consumer/kcl';
import { middle, oneShard, twoShards } from './vectors';

const read = (data: Uint8Array): KinesisRecord => ({
  partitionKey: 'outer',
  sequenceNumber: '7',
  subSequenceNumber: 0,
  data,
  arrivalTimeMs: 5,
});

const user = (data: string, explicitHashKey?: string): UserRecord => ({
  partitionKey: 'k',
  data: Buffer.from(data),
  explicitHashKey,
});

function aggregated(...records: readonly UserRecord[]): Buffer {
  return Buffer.from(aggregate(records, { shards: oneShard })[0]?.data ?? []);
}

/** An aggregate around any message, with the right checksum. */
function around(message: readonly number[] | Buffer): Buffer {
  const body = Buffer.from(message);
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), body, createHash('md5').update(body).digest()]);
}

describe('deaggregate', () => {
  const [low, high] = twoShards as [HashRange, HashRange];

  test('leaves out the user records of another shard and no others, counts them, and keeps the numbers of the rest', () => {
    const record = read(aggregated(user('0', '1'), user('1', middle), user('2', '2'), user('3', middle), user('4', '3')));
    const summary = (range?: HashRange): unknown => {
      const { outOfRange, records } = deaggregate(record, range);
      return [outOfRange, records.map(({ data, subSequenceNumber }) => `${subSequenceNumber}:${Buffer.from(data).toString()}`)];
    };
    expect(summary()).toEqual([0, ['0:0', '1:1', '2:2', '3:3', '4:4']]);
    expect(summary(oneShard[0])).toEqual([0, ['0:0', '1:1', '2:2', '3:3', '4:4']]);
    expect(summary(low)).toEqual([2, ['0:0', '2:2', '4:4']]);
    expect(summary(high)).toEqual([3, ['1:1', '3:3']]);
    expect(summary({ startingHashKey: '4', endingHashKey: '5' })).toEqual([5, []]);
  });

  test('judges by the MD5 of the partition key where there is no explicit hash key, both ends of the range included', () => {
    const hash = BigInt(`0x${createHash('md5').update('k').digest('hex')}`);
    const record = read(aggregated(user('a'), user('b')));
    const outOfRange = (startingHashKey: bigint, endingHashKey: bigint): number =>
      deaggregate(record, { startingHashKey: String(startingHashKey), endingHashKey: String(endingHashKey) }).outOfRange;
    expect(outOfRange(hash, hash)).toBe(0);
    expect(outOfRange(hash + 1n, hash + 2n)).toBe(2);
    expect(outOfRange(0n, hash - 1n)).toBe(2);
  });

  test('copies nothing: the data are views of the record', () => {
    const record = read(aggregated(user('first'), user('second')));
    expect(deaggregate(record).records.every(({ data }) => data.buffer === record.data.buffer)).toBe(true);
  });

  test('a record of its own is passed on as it is, whatever its hash key', () => {
    for (const data of [Buffer.alloc(0), Buffer.from('{}'), Buffer.from('f3899a', 'hex'), Buffer.from('f3899ac1', 'hex')]) {
      expect(deaggregate(read(data), { startingHashKey: '1', endingHashKey: '1' })).toEqual({
        records: [read(data)],
        outOfRange: 0,
        malformed: undefined,
      });
    }
  });

  const sound = aggregated(user('one'), user('two'));
  const flipped = Buffer.from(sound);
  flipped[10] = (flipped[10] ?? 0) ^ 1;
  // partition_key_table "k"; then records, whose fields are 08 index, 10 index, 1a length data
  const key = [0x0a, 1, 0x6b];
  test.each([
    ['truncated', 'four bytes of magic', Buffer.from('f3899ac2', 'hex')],
    ['truncated', 'no message', around([])],
    ['checksum', 'one bit flipped', flipped],
    ['checksum', 'its end cut off', sound.subarray(0, -1)],
    ['format', 'a length that points past the end', around([0x0a, 200, 1])],
    ['format', 'a length of 2^63', around([0x0a, ...Array<number>(8).fill(0xff), 0x7f])],
    ['format', 'a varint that does not end', around([...key, 0x1a, 12, 0x08, ...Array<number>(11).fill(0xff)])],
    ['format', 'a record without data', around([...key, 0x1a, 2, 0x08, 0])],
    ['format', 'a record without partition key', around([...key, 0x1a, 3, 0x1a, 1, 0x61])],
    ['format', 'data that run out of their record', around([...key, 0x1a, 4, 0x08, 0, 0x1a, 9, ...Array<number>(9).fill(0x61)])],
    ['format', 'a field of number 0', around([...key, 0x02, 0])],
    ['format', 'a group', around([...key, 0x23, 0x24])],
    ['format', 'a fixed field that is cut off', around([...key, 0x25, 1, 2])],
    ['index', 'a partition key that is not in the table', around([...key, 0x1a, 5, 0x08, 1, 0x1a, 1, 0x61])],
    ['index', 'an explicit hash key that is not in the table', around([...key, 0x1a, 7, 0x08, 0, 0x10, 0, 0x1a, 1, 0x61])],
    ['index', 'an index of 2^63', around([...key, 0x1a, 14, 0x08, ...Array<number>(8).fill(0xff), 0x7f, 0x1a, 2, 0x61, 0x61])],
    ['hash-key', 'a hash key that is no number', around([...key, 0x12, 1, 0x78, 0x1a, 7, 0x08, 0, 0x10, 0, 0x1a, 1, 0x61])],
    ['empty', 'no records', around(key)],
  ] as const)('%s: %s is passed on as it is, and said', (malformed, _what, data) => {
    expect(deaggregate(read(data))).toEqual({ records: [read(data)], outOfRange: 0, malformed });
  });

  test('fields of a later format are passed over, and tables may stand behind the records', () => {
    const unknown = [0x22, 2, 1, 1, 0x28, 5, 0x31, 1, 2, 3, 4, 5, 6, 7, 8, 0x3d, 1, 2, 3, 4];
    const record = [0x1a, 9, 0x08, 0, 0x22, 2, 0x0a, 0, 0x1a, 1, 0x61];
    record[1] = record.length - 2;
    expect(deaggregate(read(around([...record, ...unknown, ...key]))).records).toMatchObject([
      { partitionKey: 'k', data: Buffer.from('a') },
    ]);
  });

  test('nothing in the data makes it throw, and nothing gets lost', () => {
    const anything = fc.uint8Array({ maxLength: 200 });
    const message = fc.array(
      fc.oneof(fc.constantFrom(0x08, 0x0a, 0x10, 0x12, 0x1a, 0x22, 0, 1, 2, 3, 5, 0x6b, 0xff), fc.nat(255)),
      {
        maxLength: 60,
      },
    );
    const damaged = fc
      .tuple(fc.array(fc.string(), { minLength: 2, maxLength: 8 }), fc.nat(), fc.nat(255), fc.nat(), fc.boolean())
      .map(([texts, at, value, end, resealed]) => {
        const whole = aggregated(...texts.map((text) => user(text, '3')));
        whole[at % whole.length] = value;
        return resealed ? around(whole.subarray(4, -16)) : whole.subarray(0, end % (whole.length + 1));
      });
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          anything.map((data) => around(Buffer.from(data))),
          message.map(around),
          damaged,
        ),
        (data) => {
          const record = read(data);
          const { malformed, outOfRange, records } = deaggregate(record, low);
          expect(records.length + outOfRange).toBeGreaterThan(0);
          if (malformed !== undefined) {
            expect(records).toEqual([record]);
          }
          expect(records.reduce((sum, { data: part }) => sum + part.length, 0)).toBeLessThanOrEqual(data.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
