import * as fc from 'fast-check';
import { Place, type DocumentValue } from '../../../core/model/document';
import { ModelFormatError } from '../../../core/model/model-format-error';
import { readUbjson } from '../../../core/model/ubjson-reader';
import { encodeUbjson, type UbjsonValue } from '../../../local/aws/sagemaker/xgboost/ubjson';

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part, 'latin1')])));
const length = (value: number): number[] => [0x4c, 0, 0, 0, 0, 0, 0, 0, value];
const refusal = (given: Uint8Array): string => {
  try {
    readUbjson(given);
    return 'read';
  } catch (error: unknown) {
    return error instanceof ModelFormatError ? error.message : `another error: ${String(error)}`;
  }
};

describe('UBJSON', () => {
  test('is read as our own writer writes it', () => {
    const values = fc.letrec<{ value: UbjsonValue; leaf: UbjsonValue }>((tie) => ({
      value: fc.oneof({ maxDepth: 5 }, tie('leaf'), fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
      leaf: fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger()),
    })).value;
    fc.assert(
      fc.property(values, (value) => {
        expect(JSON.stringify(readUbjson(encodeUbjson(value)))).toBe(JSON.stringify(value));
      }),
    );
  });

  test.each<[string, Uint8Array, DocumentValue]>([
    ['nothing', bytes('Z'), null],
    ['true', bytes('T'), true],
    ['false', bytes('F'), false],
    ['a byte', bytes('i', 0xff), -1],
    ['a byte without sign', bytes('U', 0xff), 255],
    ['16 bits', bytes('I', 0xff, 0xfe), -2],
    ['32 bits', bytes('l', 0x80, 0, 0, 0), -(2 ** 31)],
    ['64 bits', bytes('L', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), -1],
    ['a single', bytes('d', 0x3f, 0xc0, 0, 0), 1.5],
    ['a double', bytes('D', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0), 1.5],
    ['a text with a short length', bytes('S', 'U', 2, 'xy'), 'xy'],
    ['a list to its end', bytes('[', 'i', 1, 'T', ']'), [1, true]],
    ['a list of a length', bytes('[#', 'i', 2, 'i', 1, 'Z'), [1, null]],
    ['what is followed by more', bytes('[]', 'garbage'), []],
  ])('reads %s', (_, given, value) => {
    expect(readUbjson(given)).toEqual(value);
  });

  test.each<[string, number[], number[]]>([
    ['i', [1, 0xff], [1, -1]],
    ['U', [1, 0xff], [1, 255]],
    ['I', [0, 1, 0xff, 0xff], [1, -1]],
    ['l', [0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff], [256, -1]],
    ['L', [0, 0, 0, 0, 0, 0, 1, 0], [256]],
  ])('reads a list of numbers of type %s', (type, content, numbers) => {
    const given = bytes('[$', type, '#', ...length(numbers.length), ...content);
    // Within a larger buffer, at an odd place.
    const shifted = Uint8Array.from([9, ...given]).subarray(1);
    expect([...new Place(readUbjson(shifted)).int32s()]).toEqual(numbers);
    expect([...new Place(readUbjson(shifted)).float32s(numbers.length)]).toEqual(numbers);
  });

  test.each([
    ['no bytes', bytes(), 'byte 0: the file ends too early'],
    ['an unknown type', bytes('?'), 'byte 1: ? marks no value'],
    ['a type that cannot be printed', bytes(7), '0x07 marks no value'],
    ['a number of high precision', bytes('H'), 'H marks no value'],
    ['a list without an end', bytes('[i'), 'the file ends too early'],
    ['an object of a length', bytes('{#i', 0), '# marks no value'],
    [
      'a text that ends early',
      bytes('S', ...length(3), 'ab'),
      'byte 10: the file ends too early: 3 bytes are needed here, 2 are left',
    ],
    ['a text of bytes that are none', bytes('S', ...length(1), 0xff), 'a text that is not UTF-8'],
    ['a length below 0', bytes('S', 'i', 0xff), '-1 is no length'],
    ['a length that is no whole number', bytes('S', 'd', 0x3f, 0xc0, 0, 0), '1.5 is no length'],
    ['a length beyond all memory', bytes('[$D#', 'L', 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 'is no length'],
    ['more numbers than bytes', bytes('[$l#', ...length(2), 0, 0, 0, 0), '8 bytes are needed here, 4 are left'],
    ['more values than bytes', bytes('[#', 'l', 0x7f, 0xff, 0xff, 0xff, 'Z'), 'the file ends too early'],
    ['a list of texts of one type', bytes('[$S#', ...length(0)), 'lists of type S are not supported'],
    ['a list of one type without a length', bytes('[$li', 0), 'a list of one type without its length'],
    ['lists within lists without end', bytes('['.repeat(100_000)), 'more than 32 lists and objects inside of each other'],
    ['objects within objects without end', bytes('{i\0'.repeat(100_000)), 'more than 32 lists and objects inside of each other'],
  ])('refuses %s', (_, given, message) => {
    expect(refusal(given)).toContain(message);
  });

  test('refuses what is cut short, at any place', () => {
    const whole = encodeUbjson({ a: ['xy', 3], b: Int32Array.of(1, 2), c: { d: 'z' } });
    for (let end = 0; end < whole.length; end += 1) {
      expect(refusal(whole.subarray(0, end))).toMatch(/too early/);
    }
  });

  test('takes a member called __proto__ for a member', () => {
    const document = new Place(readUbjson(encodeUbjson(JSON.parse('{"__proto__": {"a": "b"}}') as UbjsonValue)));
    expect(document.member('__proto__').texts()).toEqual({ a: 'b' });
    expect(document.member('a').exists).toBe(false);
    expect(document.member('toString').exists).toBe(false);
  });
});
