import { parseReplayArguments, replayHelp, ReplayUsageError } from '../../consumer/replay-options';

const needed = ['--application', 'again', '--from', '2026-11-20T08:00:00Z', '--to', '2026-11-20T09:30:00+01:00'];

describe('the arguments of a replay', () => {
  test('are a name and a range; the rest has defaults', () => {
    expect(parseReplayArguments(needed)).toEqual({
      stream: undefined,
      application: 'again',
      from: new Date('2026-11-20T08:00:00Z'),
      to: new Date('2026-11-20T08:30:00Z'),
      processor: 'pipeline',
      deleteTable: false,
    });
  });

  test('may name the stream, the processor, and that the table goes', () => {
    const more = ['--stream', 'telemetry', '--processor', 'count', '--delete-table'];
    expect(parseReplayArguments([...needed, ...more])).toMatchObject({
      stream: 'telemetry',
      processor: 'count',
      deleteTable: true,
    });
  });

  test('a date alone is its midnight, UTC', () => {
    expect(parseReplayArguments([...needed, '--from', '2026-11-20'])?.from).toEqual(new Date('2026-11-20T00:00:00Z'));
  });

  test('with --help nothing else is needed, and every option is in the text', () => {
    expect(parseReplayArguments(['--help'])).toBeUndefined();
    for (const option of ['stream', 'application', 'from', 'to', 'processor', 'delete-table', 'help']) {
      expect(replayHelp).toContain(`  --${option}`);
    }
  });

  test.each([
    [['--application', 'a b'], /--application "a b": allowed are 3 to 255/],
    [['--stream', ''], /--stream "": allowed/],
    [['--from', '2026-02-30'], /--from "2026-02-30": give a date, or a time with its zone/],
    [['--from', '2026-11-20T08:00:00'], /with its zone/],
    [['--to', 'yesterday'], /--to "yesterday"/],
    [['--processor', 'none'], /--processor none: allowed are pipeline, count/],
    [['--speed', '2'], /Unknown option '--speed'/],
    [['more'], /Unexpected argument 'more'/],
  ])('%j is refused', (more, message) => {
    expect(() => parseReplayArguments([...needed, ...more])).toThrow(message);
    expect(() => parseReplayArguments([...needed, ...more])).toThrow(ReplayUsageError);
  });

  test.each(['application', 'from', 'to'])('--%s must be there', (option) => {
    const index = needed.indexOf(`--${option}`);
    expect(() => parseReplayArguments(needed.filter((_, i) => i !== index && i !== index + 1))).toThrow(`--${option} is missing`);
  });
});
