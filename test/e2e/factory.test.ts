import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { differences, type Report } from '../../local/run/report';
import type { TrainingRequest } from '../../local/training/request';
import { differences as differencesBetween } from '../repeatable/compare';
import { readMade } from '../repeatable/made';
import { scoredRows, withEndpoint } from './endpoint';
import { AppRun, CommandRun } from './run-app';
import { trainAgain } from './train-again';

jest.setTimeout(240_000);

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Shifts and weekends change what machines do: the same weekday gives the same fleet much the same month, whenever the test runs. */
function lastSaturday(): number {
  const thursday = 0; // 1 January 1970 was one.
  const days = Math.floor((Date.now() - hourMs) / dayMs);
  return (days - ((days - thursday - 2) % 7)) * dayMs;
}

describe('a run of the factory, and what is trained on its data later', () => {
  const endTime = lastSaturday();
  const lastDays = (days: number): NonNullable<TrainingRequest['window']> => ({
    start: new Date(endTime - days * dayMs).toISOString(),
    end: new Date(endTime).toISOString(),
  });
  const sameFleet = [
    ...['--records', '30000', '--devices', '60', '--shards', '8', '--seed', '7'],
    ...['--end-time', new Date(endTime).toISOString()],
  ];
  let run: AppRun;
  let report: Report;
  /** The same by other workers, one of them killed. It mostly waits for the leases of the dead: it runs beside the tests before its own. */
  let other: AppRun;
  const jobs = (): readonly string[] => readdirSync(path.join(run.out, 'training'));

  beforeAll(async () => {
    run = new AppRun([...sameFleet, '--endpoint', 'serverless']);
    expect({ exitCode: await run.exitCode, stderr: run.stderr }).toMatchObject({ exitCode: 0 });
    report = run.report();
    other = new AppRun([...sameFleet, '--workers', '3', '--reading', 'fan-out', '--kill-worker']);
  });
  afterAll(() => {
    run.remove();
    other.remove();
  });

  test('accounts for every record', async () => {
    expect(report.consumers.map(({ maxRssBytes }) => maxRssBytes === null)).toEqual([false, false]);
    expect(report.records).toMatchObject({ sent: 30_000, balanced: true });
    expect(report.records.expected).not.toBeNull();
    expect(differences(report.records)).toEqual([]);
    // The worker that took over went on with what the other had stored of the devices.
    expect([report.records.duplicatesInLake, report.records.redeliveredOtherwise]).toEqual([0, 0]);
    expect(report.consumers[1]?.deviceStatesWritten).toBeGreaterThan(0);
    expect(report.tables.telemetry?.rows).toBeGreaterThan(29_000);
    expect(report.firehose.billedBytes).toBeLessThanOrEqual(1.05 * report.firehose.payloadBytes);
    expect([report.workers, report.shards]).toEqual([2, 8]);
    expect(run.stdout).toContain('adds up');
    expect(await run.processesLeft()).toEqual([]);
  });

  test('closes its window by the watermarks that the consumers left, on all rows, and approves a model that beats the baseline', () => {
    const { training } = report;
    expect(training).toMatchObject({ end: 'approved', revision: 1, window: lastDays(30) });
    expect(training.trainingSet?.gates.every(({ passed }) => passed)).toBe(true);
    expect(Object.keys(training.trainingSet?.splits ?? {})).toEqual(['train', 'validation', 'test_devices', 'test_time']);
    expect(training.job).toMatchObject({ attempt: 1, started: true, spot: true, status: 'Completed' });
    expect(training.job?.metrics['validation:auc']).toBeGreaterThan(0.5);
    const { candidate, baseline, verdict } = training.judgement ?? {};
    expect(verdict).toBe('first');
    expect(candidate?.averagePrecision).toBeGreaterThan(baseline?.averagePrecision ?? 1);
    expect(training.modelPackage).toMatchObject({ version: 1, approval: 'Approved', created: true });
    expect(run.stdout).toMatch(/package version +1 {2}Approved\n/);
    expect(run.stdout).toContain(`recall at 2 %`);
    expect(report.scoring).toMatchObject({ end: 'batch-scored', batch: { modelVersion: 1 } });
    expect(report.endpoint).toMatchObject({ status: 'InService', modelVersion: 1 });
    expect(run.stdout).toMatch(/Endpoint\n +in service +version 1 {2}iot-to-model-dev-factory\n/);
  });

  test('trains the same window once: another command finds the job and the package', async () => {
    const again = new CommandRun('local/train/main.ts', ['--out', run.out]);
    expect({ exitCode: await again.exitCode, stderr: again.stderr }).toMatchObject({ exitCode: 0 });
    expect(again.stdout).toContain(`${report.training.job?.name}, spot capacity, trained before`);
    expect(again.stdout).toMatch(/package version +1 {2}Approved, as it was registered before\n/);
    expect(again.stderr).not.toContain('BuildTrainingSet');
    expect(jobs()).toEqual([report.training.job?.name]);
  });

  test('is held back on too few rows, with their number, and starts no job', async () => {
    const { start, end } = lastDays(5);
    const held = new CommandRun('local/train/main.ts', ['--out', run.out, '--window', `${start}/${end}`]);
    expect({ exitCode: await held.exitCode, stderr: held.stderr }).toMatchObject({ exitCode: 1 });
    expect(held.stdout).toMatch(/minimumRows +\d{1,3} rows to train on; 1,000 at least are asked for/);
    expect(held.stdout).toMatch(/held back +by minimumRows/);
    expect(jobs()).toHaveLength(1);
  });

  test('says at once of a window that is not closed why it is open', async () => {
    const later = { start: new Date(endTime).toISOString(), end: new Date(Date.now() + dayMs).toISOString() };
    const { failure, messages } = await trainAgain(run.out, { ...later, end: later.end.replace(/\.\d+/, '') }, () => undefined);
    expect(failure).toMatch(/WindowNotClosed: .*shardId-\d{12} is complete until .* short; nobody reads it/);
    expect(messages).toHaveLength(1);
  });

  test('trains on demand when there is no spot capacity', async () => {
    const { outcome } = await trainAgain(run.out, lastDays(29), () => ({ kind: 'max-wait-time-exceeded' }));
    expect(outcome?.job).toMatchObject({ attempt: 2, spot: false, started: true, status: 'Completed' });
    expect(outcome?.modelPackage).toMatchObject({ version: 2, created: true });
    expect(outcome?.judgement?.current?.version).toBe(1);
  });

  test('fails with a job that fails, tells of it, and trains by another attempt when it is started again; a poor model is rejected', async () => {
    const reason = 'InternalServerError: We encountered an internal error.';
    const failed = await trainAgain(run.out, lastDays(28), () => ({ kind: 'failed', reason }));
    expect(failed.failure).toContain(`TrainingFailed: ${reason}`);
    expect(failed.messages.filter((message) => message.includes(reason))).toHaveLength(1);

    const { outcome, messages } = await trainAgain(run.out, lastDays(28), () => ({ kind: 'cut-short', rounds: 1 }));
    expect(outcome?.job).toMatchObject({ attempt: 2, spot: true, started: true });
    expect(outcome).toMatchObject({ end: 'rejected', judgement: { verdict: 'worse' } });
    const { candidate, current } = outcome?.judgement ?? {};
    expect(candidate?.averagePrecision).toBeLessThan(current?.evaluation?.averagePrecision ?? 0);
    expect(outcome?.modelPackage).toMatchObject({ version: 3, approval: 'Rejected' });
    expect(messages.filter((message) => message.includes('rejected'))).toHaveLength(1);
  });

  test('answers at an endpoint as the batch has scored, and follows what is approved and rejected', async () => {
    const batchId = 'batch' in report.scoring ? report.scoring.batch.id : '';
    const { csv, predictions } = await scoredRows(run.out, batchId, report.domain, 1_000);
    expect(predictions).toHaveLength(1_000);
    await withEndpoint(run.out, async ({ decide, invoke }) => {
      const serves = (modelVersion: number) => ({ status: 'InService', modelVersion });
      // The poor one, which a person may approve all the same.
      expect(await decide(3, 'Approved')).toMatchObject(serves(3));
      const byPoorModel = await invoke(csv);
      expect(byPoorModel).toHaveLength(1_000);
      expect(byPoorModel).not.toEqual(predictions);
      expect(await decide(2, 'Rejected')).toMatchObject(serves(3));
      expect(await decide(3, 'Rejected')).toMatchObject(serves(1));
      expect(await invoke(csv)).toEqual(predictions);
      expect(await decide(1, 'Rejected')).toMatchObject({ status: 'none' });
      await expect(invoke(csv)).rejects.toThrow('not found');
    });
  });

  test('makes the same to the byte of a fleet that three workers read by enhanced fan-out, one of them killed', async () => {
    expect({ exitCode: await other.exitCode, stderr: other.stderr }).toMatchObject({ exitCode: 0 });
    const otherReport = other.report();
    expect(otherReport.records.balanced).toBe(true);
    const made = ({ out }: AppRun, report: Report) => ({
      name: out,
      redelivered: report.records.redelivered,
      seconds: 0,
      made: readMade(out, report),
    });
    expect(differencesBetween([made(run, report), made(other, otherReport)])).toEqual([]);
  });
});
