import { cbor, tag } from '@smithy/core/cbor';
import fc from 'fast-check';
import { readCbor } from '../../../../local/aws/http/cbor-reader';
import { CborWriter } from '../../../../local/aws/http/cbor-writer';
import { Timestamp } from '../../../../local/aws/http/timestamp';

const write = (value: unknown): Buffer => {
  const writer = new CborWriter(1);
  writer.value(value);
  return writer.finish();
};
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** Documents as an API has them: no undefined, no numbers that are not finite. */
const documents = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.integer({ min: -300, max: 70_000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    // The SDK's codec loses a member of that name; ours is tested below.
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      tie('value'),
    ),
  ),
})).value;

/** Maps without a prototype, as the reader makes them, compared by their members. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

// https://www.rfc-editor.org/rfc/rfc8949
describe('CBOR', () => {
  test('that is written is read by the codec of the SDK, and by ours', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(plain(cbor.deserialize(write(document)))).toEqual(plain(document));
        expect(plain(readCbor(write(document)))).toEqual(plain(document));
      }),
    );
  });

  test('that the codec of the SDK writes is read, bytes as base64 and times as seconds', () => {
    fc.assert(
      fc.property(documents, fc.uint8Array(), fc.nat({ max: 4e12 }), (document, bytes, ms) => {
        const payload = cbor.serialize({ document, bytes, time: tag({ tag: 1, value: ms }) });
        const expected = { document: plain(document), bytes: Buffer.from(bytes).toString('base64'), time: ms / 1000 };
        expect(plain(readCbor(Buffer.from(payload)))).toEqual(expected);
      }),
    );
  });

  test('has bytes as they are and times as tag 1 with milliseconds, which SDKs for Java expect', () => {
    const writer = new CborWriter();
    writer.base64('AQID');
    expect(writer.finish().toString('hex')).toBe('43010203');
    expect(write(new Timestamp(1_795_231_183_677)).toString('hex')).toBe('c11b000001a1fc1df33d');
  });

  test('has members of any name, and none touches a prototype', () => {
    const read = readCbor(Buffer.concat([hex('a169'), Buffer.from('__proto__'), hex('a16178f5')])) as Record<string, unknown>;
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(read.x).toBeUndefined();
  });

  // Appendix A of the RFC
  test.each([
    ['f93e00', 1.5],
    ['f90001', 5.960464477539063e-8],
    ['f9c400', -4],
    ['fa47c35000', 100000],
    ['fbc010666666666666', -4.1],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['5f42010243030405ff', 'AQIDBAU='],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['f7', null],
  ])('of the form %s is read', (bytes, value) => {
    expect(plain(readCbor(hex(bytes)))).toEqual(value);
  });

  test('that is cut short, goes on, or has no form in JSON is refused, whatever the bytes', () => {
    for (const bytes of [
      '',
      '1c',
      '61',
      '5903',
      '8201',
      'a16161',
      '0000',
      'c074',
      'd9d9f700',
      'a10102',
      'e0',
      '7f4101ff',
      'f8ff',
    ]) {
      expect(() => readCbor(hex(bytes))).toThrow(RangeError);
    }
    expect(() => readCbor(hex('81'.repeat(100_000)))).toThrow('nested');
    expect(() => readCbor(hex('9bffffffffffffffff'))).toThrow(RangeError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          readCbor(Buffer.from(bytes));
        } catch (error: unknown) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
