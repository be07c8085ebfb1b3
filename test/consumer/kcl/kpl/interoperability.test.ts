import { createHash } from 'node:crypto';
import { aggregate, deaggregate, type KinesisRecord, type UserRecord } from '../../../../consumer/kcl';
import { kplInput, kplOutput, many, oneShard, twoShards, vectors } from './vectors';

const read = (data: Uint8Array): KinesisRecord => ({
  partitionKey: 'outer',
  sequenceNumber: '7',
  subSequenceNumber: 0,
  data,
  arrivalTimeMs: 5,
});

const opened = (records: readonly UserRecord[]): KinesisRecord[] =>
  records.map((record, subSequenceNumber) => ({ ...read(record.data), ...record, subSequenceNumber }));

describe('the format of the Kinesis Producer Library', () => {
  test('what the KPL put is what this library puts, byte for byte, record for record', () => {
    const put = aggregate(kplInput, { shards: twoShards });
    expect(
      put.map(({ data, partitionKey, explicitHashKey }) => ({
        data: Buffer.from(data).toString('base64'),
        outer: { partitionKey, explicitHashKey },
      })),
    ).toEqual(kplOutput.map(({ data, outer }) => ({ data, outer })));
  });

  test('what the KPL put is opened', () => {
    for (const { data, userRecords } of kplOutput) {
      expect(deaggregate(read(Buffer.from(data, 'base64')))).toEqual({
        records: opened(userRecords),
        outOfRange: 0,
        malformed: undefined,
      });
    }
  });

  test.each(vectors)('$maker: opened, and made again byte for byte', ({ data, userRecords }) => {
    expect(deaggregate(read(Buffer.from(data, 'base64'))).records).toEqual(opened(userRecords));
    const [put] = aggregate(userRecords, { shards: oneShard });
    expect(Buffer.from(put?.data ?? []).toString('base64')).toBe(data);
  });

  test('indices of more than one byte', () => {
    const [put] = aggregate(many.userRecords, { shards: oneShard });
    const data = put?.data ?? new Uint8Array();
    expect([data.length, createHash('sha256').update(data).digest('hex')]).toEqual([many.bytes, many.sha256]);
    expect(deaggregate(read(data)).records).toEqual(opened(many.userRecords));
  });
});
