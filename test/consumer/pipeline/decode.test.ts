import { decode, overflow } from '../../../consumer/pipeline/decode';
import { Rejection } from '../../../consumer/pipeline/rejection';
import { bytes } from './fixture-domain';

function reasonOf(document: string | Uint8Array): string | undefined {
  const decoded = decode(typeof document === 'string' ? bytes(document) : document, 1_000);
  return decoded instanceof Rejection ? decoded.reason : undefined;
}

describe('decode', () => {
  test('an object is returned as it is', () => {
    expect(decode(bytes({ a: 1.25, b: 'grün', c: null }), 1_000)).toEqual({ a: 1.25, b: 'grün', c: null });
  });

  test('only the bytes of the view are read, not the buffer around it', () => {
    const whole = bytes('xx{"a":1}yy');
    expect(decode(whole.subarray(2, 9), 1_000)).toEqual({ a: 1 });
  });

  test.each(['', '{', '{"a":1}}', "{'a':1}", '{"a":01}', '{"a":.5}', 'nothing', '\uFEFF{"a":1}', '{"a":undefined}'])(
    '%j is malformed',
    (text) => {
      expect(reasonOf(text)).toBe('malformed_json');
    },
  );

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['half a character', [0xe2, 0x82]],
  ])('%s is not UTF-8 and malformed, not replaced', (_, encoded) => {
    expect(reasonOf(Buffer.concat([bytes('{"a":"'), Buffer.from(encoded), bytes('"}')]))).toBe('malformed_json');
  });

  test.each([
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-Infinity,"b":"x"}',
    '{"a":[1,nan]}',
    '{"a":-inf}',
    '{"a":{"b":+Infinity}}',
    'NaN',
  ])('%s is not finite', (text) => {
    expect(reasonOf(text)).toBe('not_finite');
  });

  test('the word NaN inside a text is only a word', () => {
    expect(decode(bytes('{"a":"NaN \\" NaN"}'), 1_000)).toEqual({ a: 'NaN " NaN' });
    expect(reasonOf('{"a":"NaN",}')).toBe('malformed_json');
  });

  test('a document that is broken beside a NaN is malformed', () => {
    expect(reasonOf('{"a":NaN,,}')).toBe('malformed_json');
    expect(reasonOf('{"a":NaNa}')).toBe('malformed_json');
  });

  test.each(['[]', '[{"a":1}]', '"text"', '1', 'true', 'null'])('%s is not an object', (text) => {
    expect(reasonOf(text)).toBe('not_an_object');
  });

  test('a number that overflows is not finite even where an object was expected', () => {
    expect(reasonOf('1e999')).toBe('not_finite');
    expect(reasonOf('[[-1e999]]')).toBe('not_finite');
  });

  test('the field that a fault is reported under is cut to a length that fits into a quarantine line', () => {
    expect(overflow({ ['k'.repeat(50_000)]: Infinity })).toMatchObject({ reason: 'not_finite', field: 'k'.repeat(256) });
  });

  test('the size comes first: a large record is not parsed', () => {
    expect(reasonOf(`{${' '.repeat(998)}}`)).toBeUndefined();
    expect(reasonOf(`{${' '.repeat(999)}}`)).toBe('oversized');
    expect(reasonOf('x'.repeat(1_001))).toBe('oversized');
  });

  test('nesting as deep as the bytes allow does no harm', () => {
    const depth = 200_000;
    const deep = decode(bytes('['.repeat(depth) + ']'.repeat(depth)), depth * 2);
    expect(deep).toMatchObject({ reason: 'not_an_object' });
  });
});
