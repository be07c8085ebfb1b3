import { differences } from '../../local/run/report';
import { AppRun } from './run-app';

jest.setTimeout(120_000);

describe('a run of the factory', () => {
  test('goes from devices to a trained model and accounts for every record', async () => {
    const run = new AppRun(['--records', '6000', '--devices', '40', '--shards', '6', '--seed', '7']);
    expect({ exitCode: await run.exitCode, stderr: run.stderr }).toMatchObject({ exitCode: 0 });

    const report = run.report();
    expect(report.records.sent).toBe(6000);
    expect(report.records.balanced).toBe(true);
    expect(report.records.expected).not.toBeNull();
    expect(differences(report.records)).toEqual([]);
    expect(report.records.redelivered).toBe(0);
    expect(report.tables.telemetry?.rows).toBeGreaterThan(5000);
    expect(report.training.status).toBe('Completed');
    expect(report.training.rows.train).toBeGreaterThan(0);
    expect(report.training.metrics['validation:auc']).toBeGreaterThan(0.5);
    expect(report.shards).toBe(6);
    expect(report.workers).toBe(2);
    expect(run.stdout).toContain('adds up');
    expect(await run.processesLeft()).toEqual([]);
    run.remove();
  });
});

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

describe('a run that is asked for something impossible', () => {
  test.each([
    [['--domain', 'fishery'], /--domain fishery: allowed are factory, turbofan/],
    [['--workers', '0'], /--workers 0: allowed are whole numbers from 1 to 64/],
    [['--speed', '9'], /--speed/],
    [['--domain', 'turbofan'], /turbofan has no simulator: give recorded files with --replay/],
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
