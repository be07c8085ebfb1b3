import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { benchmark } from '../../../domains/turbofan/benchmark';
import { cmapssReader } from '../../../domains/turbofan/reader';
import { sensors, settings } from '../../../domains/turbofan/sensors';
import { UsageError } from '../../../local/cli/usage-error';
import { StageError } from '../../../local/run/stage-error';
import { compare, isMet, readTruths } from '../../../local/scoring/benchmark';

const directory = mkdtempSync(path.join(tmpdir(), 'benchmark-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const predicted = (deviceId: string, prediction: number) => ({
  deviceId,
  sequence: 1,
  eventTime: '2008-10-06T01:00:00.000Z',
  prediction,
});

describe('what became of the engines of a test file', () => {
  test('is read by line, under the names that the reader gives them', () => {
    const file = path.join(directory, 'RUL_FD001.txt.gz');
    writeFileSync(file, gzipSync('112 \n98\n  69\n\n'));
    expect([...readTruths(benchmark, file)]).toEqual([
      ['FD001-test-001', 112],
      ['FD001-test-002', 98],
      ['FD001-test-003', 69],
    ]);
    const line = ['2', '1', ...[...settings, ...sensors].map(() => '1')].join(' ');
    expect(cmapssReader.open('test_FD001.txt.gz').record(line)[0]?.partitionKey).toBe('FD001-test-002');
  });

  test.each([
    ['lives.txt', '1\n', 'RUL_<set>.txt'],
    ['RUL_FD002.txt', '1\n\n3\n', 'line 2 is "", and no number of cycles'],
    ['RUL_FD003.txt', '1.5\n', 'line 1 is "1.5"'],
    ['RUL_FD004.txt', '\n', 'it names no device'],
  ])('in %s is refused when it is %j', (name, text, message) => {
    const file = path.join(directory, name);
    writeFileSync(file, text);
    expect(() => readTruths(benchmark, file)).toThrow(UsageError);
    expect(() => readTruths(benchmark, file)).toThrow(message);
  });

  test('that is not there is an error of the call', () => {
    expect(() => readTruths(benchmark, path.join(directory, 'RUL_none.txt'))).toThrow(/--truth .*RUL_none\.txt: .*ENOENT/);
  });
});

describe('the comparison', () => {
  const truths = new Map([
    ['a', 10],
    ['b', 200],
  ]);

  test('is the root of the mean squared error, both sides capped', () => {
    const report = compare(benchmark, truths, [predicted('a', 13), predicted('b', 121), predicted('of another', 1)], 4);
    expect(report).toMatchObject({ devices: 2, bias: -0.5, atMost: 4 });
    expect(report.rmse).toBeCloseTo(Math.sqrt((3 ** 2 + 4 ** 2) / 2), 12);
    expect(isMet(report)).toBe(true);
    expect(isMet({ ...report, atMost: 3.5 })).toBe(false);
    expect(isMet(compare(benchmark, truths, [predicted('a', 10), predicted('b', 500)]))).toBe(true);
  });

  test('fails when a device was not scored, rather than tell an error over the others', () => {
    expect(() => compare(benchmark, truths, [predicted('a', 13)])).toThrow(StageError);
    expect(() => compare(benchmark, truths, [predicted('a', 13)])).toThrow('b was not scored');
  });
});
