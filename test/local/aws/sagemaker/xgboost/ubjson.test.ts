import { encodeUbjson } from '../../../../../local/aws/sagemaker/xgboost/ubjson';

describe('UBJSON', () => {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from('L'), int64(value.length), Buffer.from(value)]);
  const int64 = (value: number): Buffer => {
    const out = Buffer.alloc(8);
    out.writeBigInt64BE(BigInt(value));
    return out;
  };

  test('encodes objects, texts, lists and whole numbers', () => {
    expect(encodeUbjson({ a: 'xy', b: [1, 258] })).toEqual(
      Buffer.concat([
        Buffer.from('{'),
        text('a'),
        Buffer.from('S'),
        text('xy'),
        text('b'),
        Buffer.from('[L'),
        int64(1),
        Buffer.from('L'),
        int64(258),
        Buffer.from(']}'),
      ]),
    );
  });

  test.each([
    [Int32Array.of(1, -1), '[$l#L', '00000001ffffffff'],
    [Float32Array.of(1.5), '[$d#L', '3fc00000'],
    [Uint8Array.of(1, 0), '[$U#L', '0100'],
    [BigInt64Array.of(2n), '[$L#L', '0000000000000002'],
  ])('encodes %p as an array of one type', (value, head, body) => {
    expect(encodeUbjson(value)).toEqual(Buffer.concat([Buffer.from(head), int64(value.length), Buffer.from(body, 'hex')]));
  });
});
