import { helpText, optionSpecs, parseOptions } from '../../../local/cli/options';
import { UsageError } from '../../../local/cli/usage-error';

const replay = ['--domain', 'turbofan', '--replay', 'a'] as const;

describe('the command line', () => {
  test('has a default for everything', () => {
    expect(parseOptions([])).toEqual({
      domain: 'factory',
      stage: 'dev',
      replay: [],
      score: [],
      truth: undefined,
      atMost: undefined,
      devices: undefined,
      records: 200_000,
      rate: undefined,
      workers: 2,
      shards: 12,
      seed: 1,
      endTime: undefined,
      killWorker: false,
      keep: false,
      out: '.local',
    });
  });

  test('takes several files after --replay, and repeated', () => {
    expect(parseOptions(['--domain', 'turbofan', '--replay', 'a.txt', 'b.txt.gz'])?.replay).toEqual(['a.txt', 'b.txt.gz']);
    expect(parseOptions(['--domain', 'turbofan', '--replay', 'a.txt', '--replay', 'b.txt'])?.replay).toEqual(['a.txt', 'b.txt']);
  });

  test('takes how the stream is read, and leaves it to the stage when not told', () => {
    expect(parseOptions(['--reading', 'fan-out'])?.reading).toBe('fan-out');
    expect(parseOptions(['--endpoint', 'serverless'])?.endpoint).toBe('serverless');
    expect(parseOptions([])?.reading).toBeUndefined();
  });

  test('takes files to score, what became of their devices, and the error that there may be', () => {
    expect(parseOptions([...replay, '--score', 'b', '--truth', 'c', '--at-most', '13.5'])).toMatchObject({
      replay: ['a'],
      score: ['b'],
      truth: 'c',
      atMost: 13.5,
    });
  });

  test('leaves the shards to the stage when asked to', () => {
    expect(parseOptions(['--shards', 'stage'])?.shards).toBeUndefined();
  });

  test('reads an instant', () => {
    expect(parseOptions(['--end-time', '2026-11-20T10:00:00Z'])?.endTime).toBe(Date.UTC(2026, 10, 20, 10));
  });

  test.each([
    [['--records', '0'], '--records 0: allowed are whole numbers from 1 to 1000000000'],
    [['--records', '1e3'], '--records 1e3'],
    [['--seed', '-1'], '--seed'],
    [['--reading', 'push'], '--reading push: allowed are polling, fan-out'],
    [['--endpoint', 'on'], '--endpoint on: allowed are none, serverless'],
    [['--shards', 'many'], '--shards many: allowed are whole numbers from 1 to 500 or the word stage'],
    [['--end-time', 'tomorrow'], '--end-time tomorrow: allowed are instants in UTC'],
    [['--out', ''], '--out: a value is needed'],
    [['--score', 'x'], '--score needs --replay'],
    [[...replay, '--truth', 'x'], '--truth needs --score'],
    [[...replay, '--score', 'x', '--at-most', '3'], '--at-most needs --truth'],
    [[...replay, '--score', 'x', '--truth', 'y', '--at-most', '-3'], '--at-most'],
    [[...replay, '--score', 'x', '--truth', 'y', '--at-most', '0'], '--at-most 0: allowed are numbers above 0'],
    [['--replay', 'a', '--score', 'x', '--truth', 'y'], '--truth: the domain factory does not say how such a file is read'],
    [['data.txt'], 'unexpected argument "data.txt"'],
    [['--domain', 'turbofan', '--replay', 'x', '--records', '5'], '--records is for the simulator'],
    [['--keep=yes'], '--keep'],
    [['--kill-worker', '--workers', '1'], '--kill-worker needs another worker'],
  ])('refuses %j and names what is wrong', (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
  });

  test('documents every option', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
    for (const name of Object.keys(optionSpecs)) {
      expect(helpText()).toContain(`--${name}`);
    }
  });
});
