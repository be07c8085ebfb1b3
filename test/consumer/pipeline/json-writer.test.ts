import fc from 'fast-check';
import { JsonWriter } from '../../../consumer/pipeline/json-writer';

const texts = fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.string({ unit: 'binary', maxLength: 40 }));
const values = fc.array(fc.oneof(texts, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), { maxLength: 200 });

const written = (out: JsonWriter, start = 0): string => Buffer.from(out.from(start)).toString('utf8');

describe('JsonWriter', () => {
  test('writes what JSON.stringify does, however much it is', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 3 }), (lists) => {
        const out = new JsonWriter();
        for (const list of lists) {
          out.clear();
          for (const value of list) {
            out.ascii(' ');
            if (typeof value === 'string') {
              out.text(value);
            } else {
              out.number(value);
            }
          }
          expect(written(out)).toBe(list.map((value) => ` ${JSON.stringify(value)}`).join(''));
        }
      }),
    );
  });

  test.each(['', '"', '\\', '\n', '\u007f', 'é', '€', '😀', 'a'.repeat(10_000), `${'a'.repeat(5_000)}é`])(
    'writes the text %j',
    (text) => {
      const out = new JsonWriter();
      out.text(text);
      expect(written(out)).toBe(JSON.stringify(text));
    },
  );

  test('writes times as JSON.stringify writes dates', () => {
    const out = new JsonWriter();
    out.time(1_700_000_000_123);
    expect(written(out)).toBe(JSON.stringify(new Date(1_700_000_000_123)));
    expect(() => out.time(NaN)).toThrow(RangeError);
  });

  test('takes back what was written, and keeps what was before', () => {
    const out = new JsonWriter();
    out.raw(Buffer.from('{"a":'));
    const { length } = out;
    out.number(1);
    out.truncate(length);
    out.number(2);
    expect(written(out)).toBe('{"a":2');
    expect(written(out, length)).toBe('2');
  });
});
