import fc from 'fast-check';
import { readRow, type CsvRow } from '../../../lambda/csv-to-rows/csv';

const rowsOf = (text: string | Buffer): CsvRow[] => {
  const bytes = Buffer.from(text);
  const rows: CsvRow[] = [];
  for (let at = 0; at < bytes.length;) {
    const row = readRow(bytes, at);
    rows.push(row);
    at = row.next;
  }
  return rows;
};
const texts = (text: string | Buffer): (readonly string[] | string)[] =>
  rowsOf(text).map(({ fields, fault }) => fields?.map((field) => field.text) ?? fault);

// https://www.rfc-editor.org/rfc/rfc4180
describe('reading rows of CSV', () => {
  it.each([
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['"a,b","c""d"\n', [['a,b', 'c"d']]],
    ['"a\nb",c\n', [['a\nb', 'c']]],
    [',\n', [['', '']]],
    ['a,"",b\n', [['a', '', 'b']]],
    ['é,"😀"\n', [['é', '😀']]],
  ])('%j', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  it('tells an empty text from no value', () => {
    expect(rowsOf('"",\n')[0]?.fields).toMatchObject([
      { text: '', quoted: true },
      { text: '', quoted: false },
    ]);
  });

  it.each([
    ['a"b,c\nd\n', 'a field without quotes around it has a quote inside'],
    ['"a"b,c\nd\n', 'something follows the closing quote of a field'],
    ['"a,b\nd\n', 'a quote is not closed'],
  ])('gives up the first line of %j and no other', (text, fault) => {
    expect(texts(text)).toEqual([fault, ['d']]);
  });

  it('takes bytes that are not UTF-8 for one bad line', () => {
    expect(texts(Buffer.from([0x61, 0x0a, 0xff, 0x0a, 0x62]))).toEqual([['a'], 'the bytes are not valid UTF-8', ['b']]);
  });

  it('reads back whatever is written by the book', () => {
    const field = fc.string({ unit: 'grapheme' });
    const table = fc.array(fc.array(field, { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, lineBreak) => {
        const written = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join(lineBreak);
        expect(texts(written)).toEqual(rows);
      }),
    );
  });

  it('comes to the end of any bytes, and leaves none out', () => {
    const bytes = fc.array(fc.constantFrom(...Buffer.from('a",\r\n\xff', 'latin1')), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, (values) => {
        const rows = rowsOf(Buffer.from(values));
        rows.forEach((row, index) => expect(row.start).toBe(index === 0 ? 0 : rows[index - 1]?.next));
        expect(rows.at(-1)?.next ?? 0).toBe(values.length);
      }),
    );
  });
});
