import * as fc from 'fast-check';
import type { ColumnType } from '../../../../core/column';
import { jsonDocuments } from '../../../../local/aws/firehose/json-documents';
import { RowReader, parseJson } from '../../../../local/aws/firehose/openx';
import { effectiveErrorPrefix, effectivePrefix, evaluatePrefix, objectSuffix } from '../../../../local/aws/firehose/prefix';
import { TokenBucket } from '../../../../local/aws/firehose/quota';

const documentsOf = (text: string): { text: string; value: unknown }[] => {
  const bytes = Buffer.from(text);
  const parse = (start: number, end: number): unknown => {
    try {
      return JSON.parse(bytes.toString('utf8', start, end)) as unknown;
    } catch {
      return undefined;
    }
  };
  return [...jsonDocuments(bytes, parse)].map(({ start, end, value }) => ({ text: bytes.toString('utf8', start, end), value }));
};

describe('the documents in a record', () => {
  test('come apart however they were put together', () => {
    const space = fc.constantFrom('', ' ', '\n', '\r\n', '\t');
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(object, space)), (parts) => {
        const text = parts.map(([value, gap]) => JSON.stringify(value) + gap).join('');
        expect(documentsOf(text).map(({ value }) => value)).toEqual(
          parts.map(([value]) => JSON.parse(JSON.stringify(value)) as unknown),
        );
      }),
    );
  });

  test('hold every byte that is not white space, whatever the bytes', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', 'a', ' ', '\n', '{"a":1}');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const kept = documentsOf(text)
          .map((document) => document.text)
          .join('');
        expect(kept.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  test('go on after one that is broken', () => {
    expect(documentsOf('{"a":1}oops{"a":"}"}[{"a":2}]\n7\n{"a":{"b":3}}{"a":')).toEqual([
      { text: '{"a":1}', value: { a: 1 } },
      { text: 'oops', value: undefined },
      { text: '{"a":"}"}', value: { a: '}' } },
      { text: '[{"a":2}]', value: [{ a: 2 }] },
      { text: '7', value: 7 },
      { text: '{"a":{"b":3}}', value: { a: { b: 3 } } },
      { text: '{"a":', value: undefined },
    ]);
  });
});

describe('the OpenX SerDe', () => {
  const read = (type: ColumnType, json: string): unknown => {
    const document = `{"C":${json}}`;
    return new RowReader([{ name: 'c', type, doc: '' }]).read(parseJson(document), () => document)[0];
  };
  const microseconds = (iso: string): bigint => BigInt(Date.parse(iso)) * 1000n;

  test.each<[ColumnType, string, unknown]>([
    ['string', '"é"', 'é'],
    ['string', '1.5', '1.5'],
    ['string', 'true', 'true'],
    ['string', '{"a":[1]}', '{"a":[1]}'],
    ['string', '12345678901234567890', '12345678901234567890'],
    ['boolean', 'true', true],
    ['boolean', '"TRUE"', true],
    ['boolean', '"no"', false],
    ['int', '-2147483648', -2147483648],
    ['int', '" 7 "', 7],
    ['bigint', '9007199254740993', 9007199254740993n],
    ['bigint', '"-9223372036854775808"', -9223372036854775808n],
    ['double', '1e300', 1e300],
    ['double', '"-1.5e3"', -1500],
    ['double', '12345678901234567890', Number('12345678901234567890')],
    ['timestamp', '"2026-11-20T01:02:03.456Z"', microseconds('2026-11-20T01:02:03.456Z')],
    ['timestamp', '"2026-11-20T01:02:03Z"', microseconds('2026-11-20T01:02:03Z')],
    ['timestamp', '"2026-11-20T01:02:03.123456789Z"', microseconds('2026-11-20T01:02:03.123Z') + 456n],
    ['timestamp', '"2026-11-20 01:02:03"', microseconds('2026-11-20T01:02:03Z')],
    ['timestamp', '"2026-1-2 01:02:03.5"', microseconds('2026-01-02T01:02:03.500Z')],
    ['timestamp', '1518033528', 1518033528000000n],
    ['timestamp', '1518033528123', 1518033528123000n],
    ['timestamp', '1518033528.123', 1518033528123000n],
    ['timestamp', '"1518033528"', 1518033528000000n],
    ['timestamp', 'null', null],
  ])('reads a %s from %s', (type, json, expected) => {
    expect(read(type, json)).toEqual(expected);
  });

  test.each<[ColumnType, string]>([
    ['boolean', '1'],
    ['int', '2147483648'],
    ['int', '1.5'],
    ['int', '"abc"'],
    ['int', '[1]'],
    ['bigint', '9223372036854775808'],
    ['double', '"1,5"'],
    ['double', 'true'],
    ['timestamp', '"2026-02-30T00:00:00Z"'],
    ['timestamp', '"2026-11-20T00:00:00"'],
    ['timestamp', '"2026-11-20 24:00:00"'],
    ['timestamp', '"today"'],
    ['timestamp', '{}'],
  ])('does not read a %s from %s', (type, json) => {
    expect(() => read(type, json)).toThrow(/^Data does not match the schema/);
  });

  test('drops unknown keys, and gives null for missing ones', () => {
    const reader = new RowReader([
      { name: 'a', type: 'int', doc: '' },
      { name: 'b', type: 'int', doc: '' },
    ]);
    expect(reader.read({ B: 1, other: 2, __proto__: 3 }, () => '')).toEqual([null, 1]);
  });

  test('finds a column under the key that it is mapped to, and no longer under its name', () => {
    const reader = new RowReader(
      [
        { name: 'a', type: 'int', doc: '' },
        { name: 'b', type: 'int', doc: '' },
      ],
      { a: 'x1' },
    );
    expect(reader.read({ x1: 1, a: 2, b: 3 }, () => '')).toEqual([1, 3]);
  });
});

// https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
describe('a prefix', () => {
  const arrivalMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  const context = { arrivalMs, randomString: () => 'abcdefghijk', errorOutputType: 'format-conversion-failed' } as const;

  test.each([
    ['table/date=!{timestamp:yyyy-MM-dd}/', 'table/date=2026-01-02/'],
    ["!{timestamp:yyyy'y'/M/d/HH:mm:ss}/", '2026y/1/2/03:04:05/'],
    ['!{firehose:random-string}/!{firehose:error-output-type}/', 'abcdefghijk/format-conversion-failed/'],
    ['plain', 'plain'],
  ])('evaluates %s', (prefix, expected) => {
    expect(evaluatePrefix(prefix, context)).toBe(expected);
  });

  test.each(['!{timestamp:EEE}', '!{partitionKeyFromQuery:x}', '!{firehose:other}'])(
    'names what it does not support: %s',
    (prefix) => {
      expect(() => evaluatePrefix(prefix, context)).toThrow(RangeError);
    },
  );

  test('has the hour when it says nothing about time', () => {
    expect(evaluatePrefix(effectivePrefix('raw/'), context)).toBe('raw/2026/01/02/03/');
    expect(evaluatePrefix(effectiveErrorPrefix('', ''), context)).toBe('format-conversion-failed/2026/01/02/03/');
  });

  // https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
  test('is followed by stream, version, time and an identifier', () => {
    expect(objectSuffix('stream', arrivalMs, 'uuid', '.parquet')).toBe('stream-1-2026-01-02-03-04-05-uuid.parquet');
  });
});

test('a token bucket gives a second’s worth at once and then as time passes', () => {
  const bucket = new TokenBucket(10, 0);
  expect([bucket.take(10, 0), bucket.take(1, 0), bucket.take(5, 500), bucket.take(1, 500), bucket.take(11, 99_000)]).toEqual([
    true,
    false,
    true,
    false,
    false,
  ]);
});
