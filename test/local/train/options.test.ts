import { UsageError } from '../../../local/cli/usage-error';
import { parseTrainOptions, trainHelp, trainOptionSpecs } from '../../../local/train/options';

const parse = (...argv: readonly string[]) => parseTrainOptions(argv, () => 'ada');

describe('the command line of npm run train', () => {
  test('has a default for everything: what the schedule would train, over the last run', () => {
    expect(parse()).toEqual({ request: { revision: false, force: false, requestedBy: 'ada' }, where: { out: '.local' } });
  });

  test('takes a window, as the state machine reads it', () => {
    expect(parse('--window', '2026-11-01T00:00Z/2026-11-20T06:30:00Z', '--revision', '--force')?.request).toEqual({
      window: { start: '2026-11-01T00:00:00.000Z', end: '2026-11-20T06:30:00.000Z' },
      revision: true,
      force: true,
      requestedBy: 'ada',
    });
  });

  test('takes a stage on AWS', () => {
    expect(parse('--stage', 'prod')?.where).toEqual({ stage: 'prod', domain: 'factory', profile: undefined });
    expect(parse('--stage', 'dev', '--domain', 'turbofan', '--profile', 'plant')?.where).toEqual({
      stage: 'dev',
      domain: 'turbofan',
      profile: 'plant',
    });
  });

  test.each([
    [['--window', '2026-11-01'], '--window 2026-11-01: allowed are two instants in UTC with a slash between'],
    [['--window', '2026-11-20T00:00Z/2026-11-01T00:00Z'], 'the start must be before the end'],
    [['--window', '2026-11-01T00:00:00.5Z/2026-11-02T00:00Z'], 'must be whole seconds'],
    [['--window', 'a/b/c'], '--window a/b/c'],
    [['--stage', 'dev', '--out', 'x'], '--out cannot go with --stage'],
    [['--domain', 'factory'], '--domain goes with --stage only'],
    [['--profile', 'x'], '--profile goes with --stage only'],
    [['--stage', 'dev', '--domain', 'fishery'], '--domain fishery: allowed are factory, turbofan'],
    [['--forced'], 'see npm run train -- --help'],
    [['now'], 'unexpected argument "now"'],
  ])('refuses %j and says what is allowed', (argv, message) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(message);
  });

  test('documents every option', () => {
    expect(parse('--help')).toBeUndefined();
    for (const name of Object.keys(trainOptionSpecs)) {
      expect(trainHelp()).toContain(`--${name}`);
    }
  });
});
