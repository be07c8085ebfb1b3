import { planBySchedule, type PlanTrainingConfig } from '../../../../lambda/plan-training/by-schedule/logic';
import type { ReadyPlan } from '../../../../lambda/shared/plan';
import { domain, MemoryLake } from '../../fixtures';

const config: PlanTrainingConfig = {
  domain,
  tablePrefixes: { readings: 'tables/readings/', repairs: 'tables/repairs/' },
  trainingSetPrefix: 'sets/',
  jobNamePrefix: 'pumps-dev',
  allowedLatenessSeconds: 3600,
  deliveryBufferSeconds: 300,
};
const event = { scheduledTime: '2026-11-20T12:30:00Z', executionName: 'run-1' };

function lakeWithData(): MemoryLake {
  return new MemoryLake()
    .put('tables/readings/date=2026-11-20/b.parquet', 'bb')
    .put('tables/readings/date=2026-11-19/a.parquet', 'a');
}

async function ready(lake: MemoryLake, change: Partial<PlanTrainingConfig> = {}, run = event): Promise<ReadyPlan> {
  const plan = await planBySchedule(lake, { ...config, ...change }, run);
  if (plan.status !== 'ready') {
    throw new Error(plan.reason);
  }
  return plan;
}

describe('planning a training run', () => {
  test('takes the latest window that is closed: late rows have come and are delivered', async () => {
    // 12:30 less 1 h 05 min is 11:25; full hours end at 11:00.
    expect((await ready(lakeWithData())).window).toEqual({ start: '2026-11-13T11:00:00.000Z', end: '2026-11-20T11:00:00.000Z' });
  });

  test('takes everything since 1970 for a domain that welcomes history', async () => {
    const { windowDays, ...trainingSet } = domain.trainingSet;
    expect(windowDays).toBe(7);
    const plan = await ready(lakeWithData(), { domain: { ...domain, trainingSet } });
    expect(plan.window).toEqual({ start: '1970-01-01T00:00:00.000Z', end: '2026-11-20T11:00:00.000Z' });
  });

  test('names the job after the window and what it is trained on', async () => {
    const plan = await ready(lakeWithData());
    expect(plan.jobName).toMatch(/^pumps-dev-20261120-11-[0-9a-f]{12}$/);
    expect(plan.manifestHash.startsWith(plan.jobName.slice(-12))).toBe(true);
  });

  test('plans the same twice, in a place of its own for each execution', async () => {
    const lake = lakeWithData();
    const first = await ready(lake);
    const manifest = lake.text(`sets/${first.jobName}/manifest.json`);
    const second = await ready(lake, {}, { ...event, scheduledTime: '2026-11-20T12:59:00Z', executionName: 'run-2' });
    expect(second.jobName).toBe(first.jobName);
    expect(lake.text(`sets/${first.jobName}/manifest.json`)).toBe(manifest);
    expect(first.examples).toBe(`s3://lake/sets/${first.jobName}/run-1/examples/`);
    expect(second.trainingSet).toEqual({
      train: `s3://lake/sets/${first.jobName}/run-2/examples/split=train/`,
      validation: `s3://lake/sets/${first.jobName}/run-2/examples/split=validation/`,
    });
  });

  test.each([
    ['another object', (lake: MemoryLake) => lake.put('tables/repairs/c.parquet', 'c'), {}],
    ['other bytes', (lake: MemoryLake) => lake.put('tables/readings/date=2026-11-20/b.parquet', 'cc'), {}],
    [
      'another hyperparameter',
      (lake: MemoryLake) => lake,
      { domain: { ...domain, trainingSet: { ...domain.trainingSet, hyperparameters: { num_round: '6' } } } },
    ],
    [
      'another hold-out',
      (lake: MemoryLake) => lake,
      { domain: { ...domain, trainingSet: { ...domain.trainingSet, holdOut: { testBuckets: 20, validationBuckets: 10 } } } },
    ],
    [
      'another feature',
      (lake: MemoryLake) => lake,
      { domain: { ...domain, trainingSet: { ...domain.trainingSet, features: ['flow'] } } },
    ],
  ])('gives %s another name', async (_what, change, changed) => {
    const before = await ready(lakeWithData());
    const after = await ready(change(lakeWithData()), changed);
    expect(after.jobName).not.toBe(before.jobName);
  });

  test('writes down the objects that the model is made from, by key', async () => {
    const lake = lakeWithData();
    const plan = await ready(lake);
    expect(plan.manifestUri).toBe(`s3://lake/sets/${plan.jobName}/manifest.json`);
    const manifest = JSON.parse(lake.text(`sets/${plan.jobName}/manifest.json`)) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      domain: 'pumps',
      window: plan.window,
      label: 'label',
      features: ['flow', 'speed'],
      hyperparameters: { num_round: '5' },
      objects: [
        { key: 'tables/readings/date=2026-11-19/a.parquet', size: 1 },
        { key: 'tables/readings/date=2026-11-20/b.parquet', size: 2 },
      ],
    });
  });

  test('gives one statement that writes label and features of every split to a folder of its own', async () => {
    const plan = await ready(lakeWithData());
    expect(plan.statement).toContain(`TO '${plan.examples}'`);
    expect(plan.statement).toContain('SELECT CAST(x.label AS double) AS label, CAST(x.flow AS double) AS flow');
    expect(plan.statement).toContain("partitioned_by = ARRAY['split']");
  });

  test('has nothing to train on without objects; folder marks, empty and hidden objects are none', async () => {
    const lake = new MemoryLake()
      .put('tables/readings/', '')
      .put('tables/readings/empty.parquet', '')
      .put('tables/readings/_SUCCESS', 'x')
      .put('tables/readings/.hidden', 'x')
      .put('errors/readings/a.parquet', 'x');
    expect(await planBySchedule(lake, config, event)).toEqual({
      status: 'nothing-to-train',
      reason: 'no objects under s3://lake/tables/readings/, s3://lake/tables/repairs/',
    });
    expect([...lake.objects.keys()].filter((key) => key.startsWith('sets/'))).toEqual([]);
  });

  test('keeps characters of an execution name out of SQL and keys', async () => {
    const plan = await ready(lakeWithData(), {}, { ...event, executionName: "o'run/é" });
    expect(plan.trainingSet.train).toContain('/o-run--/examples/split=train/');
  });

  test('refuses a plan that would not fit a state of Step Functions', async () => {
    const trainingSet = { ...domain.trainingSet, sql: () => 'x'.repeat(140_000) };
    await expect(ready(lakeWithData(), { domain: { ...domain, trainingSet } })).rejects.toMatchObject({
      name: 'TrainingInputInvalid',
      message: expect.stringMatching(/the plan takes \d+ bytes/) as string,
    });
  });

  test('refuses a time that is none, a table without prefix and a prefix that is too long for a name', async () => {
    await expect(ready(lakeWithData(), {}, { ...event, scheduledTime: 'noon' })).rejects.toThrow('scheduledTime "noon"');
    await expect(ready(lakeWithData(), { tablePrefixes: { readings: 'tables/readings/' } })).rejects.toThrow('table repairs');
    await expect(ready(lakeWithData(), { jobNamePrefix: 'p'.repeat(39) })).rejects.toThrow('at most 38');
    expect((await ready(lakeWithData(), { jobNamePrefix: 'p'.repeat(38) })).jobName).toHaveLength(63);
  });
});
