import { Cleanup } from '../../local/run/cleanup';
import { openRun } from '../../local/run/open-run';
import { differences } from '../../local/run/report';
import { train } from '../../local/run/stages/train';
import { AppRun } from './run-app';

jest.setTimeout(120_000);

const hourMs = 3_600_000;

describe('a run of the factory', () => {
  test('goes from devices to a trained model and accounts for every record, though a worker is killed half-way', async () => {
    const endTime = Math.floor(Date.now() / hourMs) * hourMs;
    const run = new AppRun([
      ...['--records', '8000', '--devices', '40', '--shards', '4', '--seed', '7', '--kill-worker'],
      ...['--end-time', new Date(endTime).toISOString()],
    ]);
    expect({ exitCode: await run.exitCode, stderr: run.stderr }).toMatchObject({ exitCode: 0 });

    const report = run.report();
    expect(run.stderr).toContain('consumer-1 was killed half-way');
    expect(report.consumers.map(({ maxRssBytes }) => maxRssBytes === null)).toEqual([true, false]);
    expect(report.records).toMatchObject({ sent: 8000, balanced: true });
    expect(report.records.expected).not.toBeNull();
    expect(differences(report.records)).toEqual([]);
    // The worker that took over went on with what the other had stored of the devices.
    expect([report.records.duplicatesInLake, report.records.redeliveredOtherwise]).toEqual([0, 0]);
    expect(report.consumers[1]?.deviceStatesWritten).toBeGreaterThan(0);
    expect(report.tables.telemetry?.rows).toBeGreaterThan(7500);
    expect(report.firehose.billedBytes).toBeLessThanOrEqual(1.05 * report.firehose.payloadBytes);
    expect(report.training.status).toBe('Completed');
    expect(report.training.rows.train).toBeGreaterThan(0);
    // So few rows make no good model: that there is one, judged on rows that it has not seen, is what this run can show.
    expect(report.training.metrics['validation:auc']).toBeGreaterThan(0);
    expect(report.training.metrics['validation:auc']).toBeLessThanOrEqual(1);
    expect([report.workers, report.shards]).toEqual([2, 4]);
    expect(run.stdout).toContain('adds up');
    expect(await run.processesLeft()).toEqual([]);

    // Another process finds lake and jobs as they were: what has been trained on is not trained on again.
    const cleanup = new Cleanup();
    const { roles, aws, out } = await openRun(run.out, cleanup);
    const line = { update: () => undefined, tick: () => undefined, done: () => undefined, fail: () => undefined };
    const signal = new AbortController().signal;
    const again = await train({ roles, aws, out, endTime, line, signal, now: Date.now });
    expect(again).toEqual(report.training);
    expect(await cleanup.run()).toEqual([]);
    run.remove();
  });
});
