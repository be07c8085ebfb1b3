import * as fc from 'fast-check';
import type { CellValue, Row } from '../../../core/column';
import { commonColumns } from '../../../core/common-columns';
import { deviceBucket } from '../../../core/device-bucket';
import type { Domain } from '../../../core/domain';
import type { Message } from '../../../core/message';
import { deviceCells, writeMessageCells } from '../../../consumer/pipeline/common-cells';
import { JsonWriter } from '../../../consumer/pipeline/json-writer';
import type { Rejection } from '../../../consumer/pipeline/rejection';
import { compileRowSerializer } from '../../../consumer/pipeline/row-serializer';
import { jsonKey } from '../../../core/json-key';
import { deliveredRow } from './delivered-row';
import { fixtureDomain } from './fixture-domain';

const domain = fixtureDomain as Domain;
const serialize = compileRowSerializer(domain);
const message: Message = { sourceType: 'reading', deviceId: 'm"1', sequence: 9, eventTime: 1_700_000_000_123, values: {} };
const arrival = {
  shardId: 'shardId-000000000003',
  sequenceNumber: '495700000000000000000000000000000001',
  arrivalTimeMs: 1_700_000_001_000,
};

function rowText(row: Row, table = 'readings'): string | Rejection {
  const out = new JsonWriter();
  out.raw(deviceCells(message.deviceId));
  writeMessageCells(message, arrival, out);
  return serialize({ table, row }, out) ?? Buffer.from(out.from(0)).toString('utf8');
}

function parsed(row: Row): Record<string, unknown> {
  return deliveredRow(domain, 'readings', JSON.parse(rowText(row) as string) as Record<string, unknown>);
}

describe('a row', () => {
  test('starts with the common columns, all of them', () => {
    const row = parsed({});
    expect(Object.keys(row).sort()).toEqual(commonColumns.map(({ name }) => name as string).sort());
    expect(row).toEqual({
      device_id: 'm"1',
      sequence: 9,
      event_time: '2023-11-14T22:13:20.123Z',
      device_bucket: deviceBucket('m"1'),
      arrival_time: '2023-11-14T22:13:21.000Z',
      shard_id: arrival.shardId,
      sequence_number: arrival.sequenceNumber,
    });
  });

  test('is one line', () => {
    const text = rowText({ note: 'two\nlines' }) as string;
    expect(text.indexOf('\n')).toBe(text.length - 1);
  });

  test('leaves null cells out', () => {
    expect(parsed({ temperature: null, speed: 3 })).not.toHaveProperty('temperature');
  });

  test('is the same, byte for byte, as put together by JSON.stringify, in the order of the columns', () => {
    const cells = fc.record(
      {
        temperature: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
        speed: fc.option(fc.integer()),
        seen: fc.option(fc.maxSafeInteger()),
        note: fc.option(fc.string({ unit: 'binary' })),
        open: fc.option(fc.boolean()),
        minute: fc.option(fc.constant('2026-11-20T11:59:00.000Z')),
      },
      { requiredKeys: [] },
    );
    const columns = (domain.tables['readings']?.columns ?? []).map(({ name }) => name);
    const shuffled = fc.tuple(cells, fc.shuffledSubarray(columns, { minLength: columns.length }), fc.boolean());
    fc.assert(
      fc.property(shuffled, ([row, names, isShuffled]) => {
        const order = isShuffled ? names : columns;
        const given: Row = Object.fromEntries(
          order.filter((name) => name in row).map((name) => [name, (row as Row)[name] ?? null]),
        );
        const pairs: readonly (readonly [string, CellValue])[] = [
          ['device_id', message.deviceId],
          ['device_bucket', deviceBucket(message.deviceId)],
          ['sequence', message.sequence],
          ['event_time', new Date(message.eventTime).toISOString()],
          ['arrival_time', new Date(arrival.arrivalTimeMs).toISOString()],
          ['shard_id', arrival.shardId],
          ['sequence_number', arrival.sequenceNumber],
          ...columns.map((name) => [name, given[name] ?? null] as const),
        ];
        const present = pairs.filter(([, value]) => value !== null);
        const expected = present.map(([name, value]) => `${JSON.stringify(jsonKey(name))}:${JSON.stringify(value)}`).join(',');
        expect(rowText(given)).toBe(`{${expected}}\n`);
      }),
    );
  });

  test('brings back every value of every type unchanged', () => {
    const row = fc.record({
      temperature: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      speed: fc.integer(),
      seen: fc.maxSafeInteger(),
      note: fc.string({ unit: 'grapheme' }),
      open: fc.boolean(),
      minute: fc.constant('2026-11-20T11:59:00.000Z'),
    });
    fc.assert(
      fc.property(row, (cells) => {
        expect(parsed(cells)).toMatchObject(cells);
      }),
    );
  });
});

describe('a fault of the domain is caught, because Firehose would not say a word', () => {
  test.each<[string, Row, RegExp]>([
    ['an unknown column', { stray: 1 }, /"stray", which is no column/],
    ['a common column', { device_id: 'x' }, /"device_id", which is no column of its own/],
    ['a text in a double', { temperature: '21' }, /temperature is "21"; double is expected/],
    ['NaN in a double', { temperature: NaN }, /temperature is NaN/],
    ['infinity in a double', { temperature: Infinity }, /temperature is Infinity/],
    ['a fraction in an int', { speed: 1.5 }, /speed is 1.5; int is expected/],
    ['an int beyond 32 bits', { speed: 2 ** 31 }, /int is expected/],
    ['a bigint beyond 53 bits', { seen: 2 ** 53 }, /bigint is expected/],
    ['a number in a text', { note: 5 }, /string is expected/],
    ['a number in a boolean', { open: 1 }, /boolean is expected/],
    ['a local time', { minute: '2026-11-20T11:59:00' }, /timestamp is expected/],
  ])('%s', (_, row, expected) => {
    expect(rowText(row)).toMatchObject({ reason: 'processing_failed', message: expect.stringMatching(expected) as string });
  });

  test('an unknown table', () => {
    expect(rowText({}, 'nowhere')).toMatchObject({
      reason: 'processing_failed',
      message: expect.stringContaining('nowhere') as string,
    });
  });

  test('a table that has a common column of its own is refused at the start', () => {
    const tables = { t: { doc: '', columns: [{ name: 'sequence', type: 'int', doc: '' } as const] } };
    expect(() => compileRowSerializer({ ...domain, tables })).toThrow(/common columns/);
  });
});
