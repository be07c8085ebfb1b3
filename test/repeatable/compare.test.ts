import { differences, table, type Made, type Run } from './compare';

const made: Made = { rows: { train: 30, validation: 10 }, contentHash: 'c0ffee', filesHash: 'f11e5', modelHash: '30de1' };
const run = (name: string, change: Partial<Made> = {}): Run => ({
  name,
  redelivered: 3,
  seconds: 4.25,
  made: { ...made, ...change },
});

describe('what runs have made', () => {
  test('is the same, in whatever order splits are named', () => {
    expect(differences([run('a'), run('b', { rows: { validation: 10, train: 30 } }), run('c')])).toEqual([]);
  });

  test.each([
    [{ rows: { train: 29, validation: 10 } }, 'rows', 'train 29, validation 10', 'train 30, validation 10'],
    [{ contentHash: 'other' }, 'content hash', 'other', 'c0ffee'],
    [{ filesHash: 'other' }, 'hash of the files', 'other', 'f11e5'],
    [{ modelHash: 'other' }, 'hash of the model', 'other', '30de1'],
  ])('differs by %j', (change, aspect, found, expected) => {
    expect(differences([run('a'), run('b', change), run('c')])).toEqual([`${aspect} of 'b' is ${found}, of 'a' ${expected}`]);
  });

  test('cannot be told of one run', () => {
    expect(() => differences([run('a')])).toThrow(RangeError);
  });

  test('is shown in columns', () => {
    expect(table([run('one worker'), run('two', { modelHash: 'abcdef0123456789' })])).toBe(
      [
        'run         seconds  rows again  rows  content  files  model',
        'one worker      4.3           3    40  c0ffee   f11e5  30de1',
        'two             4.3           3    40  c0ffee   f11e5  abcdef012345',
      ].join('\n'),
    );
  });
});
