import { AppRun } from './run-app';

jest.setTimeout(120_000);

describe('a run that is interrupted', () => {
  test('stops everything that it started and says so', async () => {
    const run = new AppRun(['--records', '1000000', '--rate', '100']);
    await run.saysOnStderr('stream');
    run.process.kill('SIGINT');
    expect(await run.exitCode).toBe(130);
    expect(run.stderr).toContain('Interrupted');
    expect(await run.processesLeft()).toEqual([]);
    run.remove();
  });
});
