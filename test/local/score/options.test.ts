import { UsageError } from '../../../local/cli/usage-error';
import { parseScoreOptions, scoreHelp, scoreOptionSpecs } from '../../../local/score/options';

const parse = (...argv: readonly string[]) => parseScoreOptions(argv);

describe('the command line of npm run score', () => {
  test('scores over the last run, or in a stage on AWS', () => {
    expect(parse()).toEqual({ out: '.local' });
    expect(parse('--out', 'x')).toEqual({ out: 'x' });
    expect(parse('--stage', 'prod')).toEqual({ stage: 'prod', domain: 'factory', profile: undefined });
    expect(parse('--stage', 'dev', '--domain', 'turbofan', '--profile', 'plant')).toEqual({
      stage: 'dev',
      domain: 'turbofan',
      profile: 'plant',
    });
  });

  test.each([
    [['--stage', 'dev', '--out', 'x'], '--out cannot go with --stage'],
    [['--domain', 'factory'], '--domain goes with --stage only'],
    [['--stage', 'dev', '--domain', 'fishery'], '--domain fishery: allowed are factory, turbofan'],
    [['--all'], 'see npm run score -- --help'],
    [['now'], 'unexpected argument "now"'],
  ])('refuses %j and says what is allowed', (argv, message) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(message);
  });

  test('documents every option', () => {
    expect(parse('--help')).toBeUndefined();
    for (const name of Object.keys(scoreOptionSpecs)) {
      expect(scoreHelp()).toContain(`--${name}`);
    }
  });
});
