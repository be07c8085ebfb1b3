import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { PredictionsFile } from '../../../lambda/score-rows/predictions-file';
import { StageError } from '../../../local/run/stage-error';
import { readScoringOutcome } from '../../../local/scoring/outcome';
import { scoringReport } from '../../../local/scoring/scoring-report';

const finished = {
  batchId: '20261120T093000000Z',
  from: '2026-11-20T09:30:00.000Z',
  cutoff: '2026-11-20T10:30:00.000Z',
  rows: 4,
  files: 2,
  modelJobName: 'job-1',
  modelVersion: 3,
};

describe('what a scoring run came to', () => {
  test('is read from the output of its state machine', () => {
    expect(readScoringOutcome({ scheduledTime: 'x', plan: { status: 'ready', batch: {} }, finished })).toEqual({
      end: 'batch-scored',
      batch: {
        id: '20261120T093000000Z',
        from: finished.from,
        cutoff: finished.cutoff,
        rows: 4,
        files: 2,
        model: 'job-1',
        modelVersion: 3,
      },
    });
    expect(readScoringOutcome({ plan: { status: 'nothing-to-score', reason: 'no model' } })).toEqual({
      end: 'nothing-to-score',
      reason: 'no model',
    });
    expect(() => readScoringOutcome('done')).toThrow(StageError);
  });
});

describe('the report on a batch', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'predictions-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function write(
    name: string,
    rows: readonly (readonly [device: string, sequence: number, prediction: number])[],
  ): Promise<void> {
    const model = { jobName: 'job-1', modelPackageArn: 'arn', version: 3, modelUri: 's3://lake/m' };
    const file = new PredictionsFile({ model, plannedAt: '2026-11-20T10:30:10.000Z' });
    const eventTimes = rows.map(([, sequence]) => new Date(Date.UTC(2026, 10, 20) + sequence * 60_000));
    await file.add(
      {
        rows: rows.length,
        deviceIds: rows.map(([device]) => device),
        sequences: rows.map(([, sequence]) => BigInt(sequence)),
        eventTimes,
        columns: [],
      },
      Float64Array.from(rows, ([, , prediction]) => prediction),
    );
    const target = path.join(folder, 'date=2026-11-20', name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, await file.end());
  }

  test('names the devices with the worst outlook, by the newest row of each in that batch', async () => {
    await write('20261120T093000000Z-0000.parquet', [
      ['a', 1, 0.9],
      ['a', 2, 0.2],
      ['b', 1, 0.3],
    ]);
    await write('20261120T093000000Z-0001.parquet', [['c', 5, 0.25]]);
    await write('20261120T083000000Z-0000.parquet', [['d', 1, 0.99]]);
    const outcome = readScoringOutcome({ plan: { status: 'ready' }, finished });
    const highest = await scoringReport(outcome, {}, folder);
    expect(highest).toMatchObject({
      devices: 3,
      predictions: folder,
      worstDevices: [
        { deviceId: 'b', prediction: 0.3 },
        { deviceId: 'c', sequence: 5, eventTime: '2026-11-20T00:05:00.000Z' },
        { deviceId: 'a', sequence: 2, prediction: 0.2 },
      ],
    });
    expect(await scoringReport(outcome, { worst: 'lowest' }, folder)).toMatchObject({
      worstDevices: [{ deviceId: 'a' }, { deviceId: 'c' }, { deviceId: 'b' }],
    });
  });

  test('needs no file where nothing was scored', async () => {
    const none = readScoringOutcome({ plan: { status: 'ready' }, finished: { ...finished, rows: 0, files: 0 } });
    expect(await scoringReport(none, {}, path.join(folder, 'none'))).toMatchObject({ devices: 0, worstDevices: [] });
  });
});
