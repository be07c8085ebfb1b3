import { metricsLine as finishMetrics } from '../../../lambda/finish-scoring/metrics';
import { readFinishScoringEvent, finishScoring } from '../../../lambda/finish-scoring/logic';
import { metricsLine as planMetrics } from '../../../lambda/plan-scoring/metrics';
import { longestBatchMs } from '../../../lambda/plan-scoring/logic';
import { readScoreRowsEvent, scoreRows } from '../../../lambda/score-rows/logic';
import { EventReader } from '../../../lambda/shared/event-reader';
import { MemoryLake } from '../fixtures';
import {
  leaseUntil,
  predictionsOf,
  predictionsPrefix,
  registered,
  registryOf,
  rowsFile,
  scoringDomain,
  scoringPrefix,
  ScoringWorkflow,
  start,
  type ArrivedRow,
} from './fixtures';

const row = (sequence: number, arrival: number): ArrivedRow => ({ device: 'pump-1', sequence, arrival, flow: sequence });

function workflow(
  rows: readonly ArrivedRow[] = [],
  { lake = new MemoryLake(), watermark = start, versions = [registered(lake, 1)] } = {},
) {
  return new ScoringWorkflow(lake, rows, {
    registry: registryOf(...versions),
    readLeases: async () => [leaseUntil(watermark)],
    now: () => watermark + 20_000,
  });
}

describe('what is scored next', () => {
  test('the first batch reaches back for a while, and says for how long its oldest row has waited', async () => {
    const plan = await workflow().plan('run-1', 3);
    expect(plan).toMatchObject({
      status: 'ready',
      unloaded: false,
      unscoredSeconds: 3 * 3_600 + 20,
      rowsPrefix: 's3://lake/scoring/rows/20261120T070000000Z/run-1/',
      batch: { id: '20261120T070000000Z', cutoff: '2026-11-20T10:00:00.000Z', plannedAt: '2026-11-20T10:00:20.000Z' },
    });
  });

  test('the newest approved model scores; a batch that was begun keeps its own', async () => {
    const lake = new MemoryLake();
    const [one, two, pending] = [
      registered(lake, 1),
      registered(lake, 2),
      registered(lake, 3, { approval: 'PendingManualApproval' }),
    ];
    const first = await workflow([], { lake, versions: [one] }).plan('run-1');
    const again = await workflow([], { lake, versions: [pending, two, one], watermark: start + 60_000 }).plan('run-2');
    expect(again).toMatchObject({ batch: 'batch' in first ? first.batch : {} });
    expect(await workflow([], { versions: [pending, two, one] }).plan('run-1')).toMatchObject({
      batch: { model: { version: 2, jobName: 'job-2' } },
    });
  });

  test('a model that takes other features scores nothing, and says so', async () => {
    const lake = new MemoryLake();
    const old = registered(lake, 7, { metadata: { 'job-name': 'job-7', 'features-sha256': 'of others' } });
    const plan = await workflow([], { lake, versions: [old] }).plan('run-1');
    expect(plan).toEqual({
      status: 'nothing-to-score',
      reason:
        'version 7 of pumps, the model in use, was trained on other features than rows have now: a new model has to be trained and approved',
    });
    expect([...lake.objects.keys()].filter((key) => key.startsWith(scoringPrefix))).toEqual([]);
  });

  test('after a pause, what was missed is caught up with a day at a time', async () => {
    const lake = new MemoryLake();
    await workflow([], { lake }).run();
    const later = workflow([], { lake, watermark: start + 2.5 * longestBatchMs });
    const cutoffs = [];
    for (let batch = await later.run(); typeof batch !== 'string'; batch = await later.run()) {
      cutoffs.push(Date.parse(batch.cutoff) - start);
    }
    expect(cutoffs).toEqual([longestBatchMs, 2 * longestBatchMs, 2.5 * longestBatchMs]);
  });

  test('a cursor that is lost or old costs time, and no row', async () => {
    const lake = new MemoryLake();
    const rows = [row(1, start - 1), row(2, start), row(3, start + 60_000)];
    await workflow(rows, { lake }).run();
    const old = lake.text('scoring/cursor.json');
    await workflow(rows, { lake, watermark: start + 30_000 }).run();
    lake.put('scoring/cursor.json', old);
    await workflow(rows, { lake, watermark: start + 90_000 }).run();
    lake.objects.delete('scoring/cursor.json');
    expect(await workflow(rows, { lake, watermark: start + 90_000 }).run()).toContain('it is not known that anything new');
    expect((await predictionsOf(lake)).map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n]);
  });

  test('a document that is another than its name says ends the run', async () => {
    const lake = new MemoryLake();
    const flow = workflow([], { lake });
    await flow.run();
    const document = lake.text('scoring/batches/20261120T090000000Z/batch.json');
    lake.put('scoring/batches/20261120T100000000Z/batch.json', document);
    await expect(flow.plan('run-2')).rejects.toMatchObject({ code: 'TrainingInputInvalid' });
    lake.put('scoring/batches/20261120T100000000Z/batch.json', 'no JSON');
    await expect(flow.plan('run-2')).rejects.toThrow('is no JSON object');
  });
});

describe('scoring a file', () => {
  const lake = new MemoryLake();
  const key = 'scoring/rows/b/run-1/0.parquet';
  const batch = {
    id: '20261120T100000000Z',
    from: '2026-11-20T10:00:00.000Z',
    cutoff: '2026-11-20T11:00:00.000Z',
    plannedAt: '2026-11-21T00:00:01.000Z',
    model: { jobName: 'job-1', modelPackageArn: 'arn', version: 1, modelUri: registered(lake, 1).modelUri },
  };
  const score = (rows: number, more: object = {}) =>
    scoreRows(
      lake.put(key, rowsFile([row(3, start), row(7, start)])),
      { domain: scoringDomain, predictionsPrefix },
      readScoreRowsEvent(new EventReader({ batch: { ...batch, ...more }, file: { key, number: 12, rows } })),
    );

  test('gives a prediction per row, with what made it, under a name of its own', async () => {
    expect(await score(2)).toEqual({
      number: 12,
      rows: 2,
      predictionsUri: 's3://lake/tables/predictions/date=2026-11-21/20261120T100000000Z-0012.parquet',
    });
    const common = { device_id: 'pump-1', model: 'job-1', model_version: 1, scored_at: new Date('2026-11-21T00:00:01.000Z') };
    expect(await predictionsOf(lake)).toEqual([
      { ...common, sequence: 3n, event_time: new Date(start - 1000), prediction: 1 },
      { ...common, sequence: 7n, event_time: new Date(start - 1000), prediction: 2 },
    ]);
  });

  test.each([
    ['with fewer rows than are listed', 3, {}, 'TrainingSetMismatch'],
    ['by a model that is gone', 2, { model: { ...batch.model, modelUri: 's3://lake/models/none' } }, 'ModelUnreadable'],
  ])('%s is an error', async (_, rows, more, code) => {
    await expect(score(rows, more)).rejects.toMatchObject({ code });
  });

  test.each([
    ['has gone', undefined, 'has gone'],
    ['lacks a column', rowsFileWithout('event_time'), 'has no column event_time'],
    ['has a row of no device', rowsFile([{ ...row(1, start), device: '' }]), 'row 0 has no usable device_id'],
  ])('a file that %s is an error', async (_, bytes, message) => {
    const other = new MemoryLake();
    registered(other, 1);
    if (bytes !== undefined) {
      other.put(key, bytes);
    }
    const event = readScoreRowsEvent(new EventReader({ batch, file: { key, number: 0, rows: 1 } }));
    await expect(scoreRows(other, { domain: scoringDomain, predictionsPrefix }, event)).rejects.toThrow(message);
  });
});

describe('the end of a batch', () => {
  test.each([
    ['a file was not scored', [], 'of scoring/rows/20261120T090000000Z/run-2/0.parquet, 1 rows were to be scored, and none were'],
    [
      'a file was scored twice',
      [
        { number: 0, rows: 1 },
        { number: 0, rows: 1 },
      ],
      'and 1 and 1 were',
    ],
    ['a file was not scored whole', [{ number: 0, rows: 0 }], 'and 0 were'],
    [
      'a file more was scored',
      [
        { number: 0, rows: 1 },
        { number: 1, rows: 1 },
      ],
      '2 files were scored, and it has 1',
    ],
  ])('when %s, it is not done', async (_, scored, message) => {
    const lake = new MemoryLake();
    const flow = workflow([row(1, start - 1)], { lake });
    // Broken off after the file was scored.
    await expect(flow.run(1, { step: 4, after: false })).rejects.toThrow();
    const plan = await flow.plan('run-2');
    const event = readFinishScoringEvent(
      new EventReader({ batch: 'batch' in plan ? plan.batch : {}, executionName: 'run-2', scored }),
    );
    await expect(finishScoring(lake, scoringPrefix, start, event)).rejects.toMatchObject({
      code: 'ScoringIncomplete',
      message: expect.stringContaining(message.replace('run-2', 'run-1')) as string,
    });
    expect(lake.objects.has('scoring/batches/20261120T090000000Z/done.json')).toBe(false);
  });
});

test('CloudWatch is told how long rows have waited, and how many were scored', async () => {
  const flow = workflow([row(1, start - 1)]);
  const plan = await flow.plan('run-1');
  const told = JSON.parse(planMetrics(plan, 'pumps', 1) ?? '') as unknown;
  expect(told).toMatchObject({ Pipeline: 'pumps', UnscoredSeconds: 3_620, batch: '20261120T090000000Z' });
  expect(planMetrics({ status: 'nothing-to-score', reason: 'no model' }, 'pumps', 1)).toBeUndefined();
  const finished = await flow.run();
  expect(typeof finished === 'string' ? finished : JSON.parse(finishMetrics(finished, 'pumps', 1))).toMatchObject({
    _aws: {
      CloudWatchMetrics: [{ Namespace: 'IotToModel/Scoring', Dimensions: [['Pipeline']], Metrics: [{ Name: 'RowsScored' }] }],
    },
    RowsScored: 1,
  });
});

function rowsFileWithout(column: string): Uint8Array {
  return Buffer.from(
    Buffer.from(rowsFile([row(1, start)]))
      .toString('latin1')
      .replaceAll(column, 'x'.repeat(column.length)),
    'latin1',
  );
}
