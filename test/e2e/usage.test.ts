import { AppRun } from './run-app';

jest.setTimeout(120_000);

describe('a run that is asked for something impossible', () => {
  test.each([
    [['--domain', 'fishery'], /--domain fishery: allowed are factory, turbofan/],
    [['--domain', 'turbofan', '--replay', 'no-such-file.txt'], /--replay no-such-file.txt: cannot be read \(ENOENT\)/],
  ])('%j: says what is allowed, starts nothing, exit code 2', async (args, message) => {
    const run = new AppRun(args);
    expect(await run.exitCode).toBe(2);
    expect(run.stderr).toMatch(message);
    expect(run.started).toBe(false);
    run.remove();
  });

  test('a stage that no configuration has is refused before anything starts', async () => {
    const run = new AppRun(['--stage', 'moon']);
    expect(await run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/Configuration error: .*stage.*moon.*dev, prod/);
    run.remove();
  });
});
