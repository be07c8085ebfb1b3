import { folderPrefix, readEnvironment, textsByName, wholeNumber } from '../../../lambda/shared/environment';

describe('the environment of a function', () => {
  test('is read by the names of the contract', () => {
    expect(
      readEnvironment({ domain: 'DOMAIN', bucket: 'LAKE_BUCKET' }, { DOMAIN: 'pumps', LAKE_BUCKET: 'b', OTHER: 'x' }),
    ).toEqual({
      domain: 'pumps',
      bucket: 'b',
    });
  });

  test('names every variable that is absent or empty', () => {
    expect(() => readEnvironment({ domain: 'DOMAIN', bucket: 'LAKE_BUCKET', x: 'X' }, { DOMAIN: '', X: 'x' })).toThrow(
      'environment variable DOMAIN, LAKE_BUCKET is not set',
    );
  });

  test.each(['', '-1', '1.5', 'ten', '1e99'])('refuses %j as a whole number', (value) => {
    expect(() => wholeNumber('N', value)).toThrow('environment variable N');
  });

  test('reads whole numbers, texts by name and folder prefixes', () => {
    expect(wholeNumber('N', '0')).toBe(0);
    expect(() => wholeNumber('N', '0', 1)).toThrow('from 1 on');
    expect(textsByName('T', '{"a":"b"}')).toEqual({ a: 'b' });
    expect(() => textsByName('T', '{"a":1}')).toThrow('environment variable T');
    expect(() => textsByName('T', '{')).toThrow('environment variable T is not JSON');
    expect(folderPrefix('P', 'a/')).toBe('a/');
    expect(() => folderPrefix('P', 'a')).toThrow('must end in a slash');
  });
});
