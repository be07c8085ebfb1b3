import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { QuarantineRecord } from '../../../core/quarantine';
import { quarantineLines } from '../../../consumer/pipeline/quarantine';
import { Rejection } from '../../../consumer/pipeline/rejection';

const record = { partitionKey: 'machine-1', sequenceNumber: '4957', subSequenceNumber: 2, arrivalTimeMs: 1_700_000_000_000 };
const origin = { domain: 'fixture', shardId: 'shardId-000000000000' };

function lines(data: Uint8Array, maxLineBytes?: number): QuarantineRecord[] {
  const rejection = new Rejection('wrong_type', 'speed is "fast"', 'speed');
  return quarantineLines(rejection, { ...record, data }, origin, maxLineBytes).map((line) => {
    expect(line.endsWith('\n') && line.indexOf('\n') === line.length - 1).toBe(true);
    expect(line.length).toBeLessThanOrEqual(maxLineBytes ?? 1_024_000);
    return JSON.parse(line) as QuarantineRecord;
  });
}

function restored(parts: readonly QuarantineRecord[]): Buffer {
  const bytes = Buffer.concat([...parts].sort((a, b) => a.part - b.part).map(({ data }) => Buffer.from(data, 'base64')));
  return parts[0]?.encoding === 'gzip+base64' ? gunzipSync(bytes) : bytes;
}

describe('quarantineLines', () => {
  test('keeps why, where and the original bytes', () => {
    expect(lines(Buffer.from('not json'))).toEqual([
      {
        reason: 'wrong_type',
        message: 'speed is "fast"',
        field: 'speed',
        domain: 'fixture',
        shard_id: 'shardId-000000000000',
        sequence_number: '4957',
        sub_sequence_number: 2,
        partition_key: 'machine-1',
        arrival_time: '2023-11-14T22:13:20.000Z',
        data: Buffer.from('not json').toString('base64'),
        encoding: 'base64',
        size_bytes: 8,
        part: 0,
        parts: 1,
      },
    ]);
  });

  test('gzips a record whose base64 does not fit into a Firehose record', () => {
    const data = Buffer.alloc(1_048_576, 'abc');
    const found = lines(data);
    expect(found).toMatchObject([{ encoding: 'gzip+base64', parts: 1, size_bytes: 1_048_576 }]);
    expect(restored(found).equals(data)).toBe(true);
  });

  test('splits what is too long even so, and the parts make up the whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9_000 }), (data) => {
        const found = lines(data, 16 * 1024 + 3_000);
        expect(found.map(({ part, parts }) => [part, parts])).toEqual(found.map((_, index) => [index, found.length]));
        expect(restored(found).equals(Buffer.from(data))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
