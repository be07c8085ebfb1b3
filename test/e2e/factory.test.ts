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
