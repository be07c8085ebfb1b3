import { parquetWriteBuffer } from 'hyparquet-writer';
import { parsePlanTrainingEvent } from '../../../lambda/plan-training/event';
import type { InputsDocument } from '../../../lambda/plan-training/inputs-document';
import { planTraining, type PlannedTraining, type PlanTrainingProps } from '../../../lambda/plan-training/logic';
import { closedWindowDomain as domain } from '../closed-window-fixtures';
import { MemoryLake, parquet } from '../fixtures';

const at = (iso: string): number => Date.parse(iso);
const pinnedAt = '2026-11-20T12:45:00.000Z';
const windowFolder = 'sets/windows/20261113T110000Z_20261120T110000Z/';

const closed = {
  status: 'closed',
  window: { start: '2026-11-13T11:00:00.000Z', end: '2026-11-20T11:00:00.000Z' },
  cutoff: '2026-11-20T12:05:00.250Z',
  revision: 1,
  closingUri: `s3://lake/${windowFolder}closing-1.json`,
  force: false,
};

type Change = Partial<Omit<PlanTrainingProps, 'lake' | 'now'>>;

async function plan(
  lake: MemoryLake,
  change: Change = {},
  { now = pinnedAt, executionName = 'run-1', revision = 1 } = {},
): Promise<PlannedTraining> {
  return planTraining(
    {
      lake,
      now: () => at(now),
      domain,
      tablePrefixes: { readings: 'tables/readings/', repairs: 'tables/repairs/' },
      trainingSetPrefix: 'sets/',
      jobNamePrefix: 'pumps-dev',
      codeVersion: 'v1.2.0-4-gabcdef0',
      trainingImage: 'image:3.2-0',
      allowedLatenessSeconds: 3600,
      ...change,
    },
    parsePlanTrainingEvent({ window: { ...closed, revision }, executionName }),
  );
}

type Ready = Exclude<PlannedTraining, { status: 'nothing-to-train' }>;

async function ready(...args: Parameters<typeof plan>): Promise<Ready> {
  const planned = await plan(...args);
  if (planned.status === 'nothing-to-train') {
    throw new Error(planned.reason);
  }
  return planned;
}

const rows = (count: number): Uint8Array => parquet({ flow: Array.from({ length: count }, (_, index) => index) });

/** The window begins on the 13th, devices' clocks are at most a second ahead, and repairs are looked up for two days before. */
function lakeWithData(): MemoryLake {
  return new MemoryLake()
    .put('tables/readings/date=2026-11-12/too-old.parquet', rows(1))
    .put('tables/readings/date=2026-11-13/a.parquet', rows(3))
    .put('tables/readings/date=2026-11-20/b.parquet', rows(4))
    .put('tables/readings/date=2026-11-20/_SUCCESS', 'x')
    .put('tables/readings/date=2026-11-20/empty.parquet', '')
    .put('tables/readings/date=2026-11-21/of-tomorrow.parquet', rows(1))
    .put('tables/readings/stray.parquet', rows(1))
    .put('tables/repairs/date=2026-11-10/too-old.parquet', rows(1))
    .put('tables/repairs/date=2026-11-11/c.parquet', rows(2));
}

const inputsIn = (lake: MemoryLake, revision = 1): InputsDocument =>
  JSON.parse(lake.text(`${windowFolder}inputs-${revision}.json`)) as InputsDocument;

describe('planning the training on a closed window', () => {
  test('pins the objects of the days that can hold its rows, with their rows, and no others', async () => {
    const lake = lakeWithData();
    await ready(lake);
    const document = inputsIn(lake);
    expect(document).toMatchObject({
      version: 1,
      domain: 'pumps',
      window: closed.window,
      cutoff: closed.cutoff,
      revision: 1,
      pinnedAt,
    });
    const pinned = Object.entries(document.tables).map(([table, objects]) => [
      table,
      objects.map(({ key, rows: count }) => [key, count]),
    ]);
    expect(Object.fromEntries(pinned)).toEqual({
      readings: [
        ['tables/readings/date=2026-11-13/a.parquet', 3],
        ['tables/readings/date=2026-11-20/b.parquet', 4],
      ],
      repairs: [['tables/repairs/date=2026-11-11/c.parquet', 2]],
    });
    const [first] = await lake.list('tables/readings/date=2026-11-13/');
    expect(document.tables['readings']?.[0]).toEqual({ ...first, rows: 3 });
  });

  test('answers what the steps after it need', async () => {
    const lake = lakeWithData();
    const planned = await ready(lake);
    expect(planned.jobName).toMatch(/^pumps-dev-20261120-11-[0-9a-f]{12}$/);
    const folder = `s3://lake/sets/${planned.jobName}/`;
    expect(planned).toEqual({
      status: 'ready',
      jobName: planned.jobName,
      window: closed.window,
      cutoff: closed.cutoff,
      revision: 1,
      examplesPrefix: `${folder}run-1/examples/`,
      channels: { train: `${folder}run-1/examples/split=train/`, validation: `${folder}run-1/examples/split=validation/` },
      tests: ['test_devices', 'test_time'],
      statements: {
        examples: expect.stringContaining(`TO '${folder}run-1/examples/'`) as string,
        counts: expect.stringContaining(`TO '${folder}run-1/counts/'`) as string,
        inputs: expect.stringContaining(`TO '${folder}run-1/inputs/'`) as string,
      },
      countsPrefix: `${folder}run-1/counts/`,
      inputsPrefix: `${folder}run-1/inputs/`,
      manifestUri: `${folder}manifest.json`,
      manifestHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      dataCardUri: `${folder}data-card.json`,
      dataCardPageUri: `${folder}data-card.html`,
    });
    expect(planned.manifestHash.startsWith(planned.jobName.slice(-12))).toBe(true);
    expect(planned.statements.examples).toContain("partitioned_by = ARRAY['split']");
    expect(planned.statements.examples).toContain(`a < ${at(closed.cutoff)}`);
    expect(planned.statements.inputs).toContain(`arrival_time < TIMESTAMP '2026-11-20 12:05:00.250'`);
  });

  test('writes down everything that the model is made from', async () => {
    const lake = lakeWithData();
    const planned = await ready(lake);
    const manifest = JSON.parse(lake.text(`sets/${planned.jobName}/manifest.json`)) as Record<string, unknown>;
    expect(manifest).toEqual({
      version: 1,
      domain: 'pumps',
      window: closed.window,
      cutoff: closed.cutoff,
      revision: 1,
      inputs: {
        uri: `s3://lake/${windowFolder}inputs-1.json`,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        objects: 3,
        bytes: Object.values(inputsIn(lake).tables)
          .flat()
          .reduce((sum, { size }) => sum + size, 0),
        rows: 9,
      },
      sql: expect.stringContaining('ORDER BY x.device_id, x.sequence') as string,
      label: 'label',
      features: ['flow', 'speed'],
      hyperparameters: { objective: 'reg:squarederror', num_round: '5' },
      holdOut: { testBuckets: 15, validationBuckets: 15, time: { days: 1, embargoHours: 6 } },
      classBalance: 'as-is',
      trainingImage: 'image:3.2-0',
      codeVersion: 'v1.2.0-4-gabcdef0',
    });
  });

  test('writes down what is searched for when tuning is on, under another name, and how many jobs search', async () => {
    const tuning = {
      metric: 'validation:rmse',
      direction: 'Minimize',
      ranges: { eta: { min: 0.01, max: 0.3, scale: 'logarithmic' } },
    } as const;
    const tunable = { ...domain, trainingSet: { ...domain.trainingSet, tuning } };
    const plain = await ready(lakeWithData());
    expect((await ready(lakeWithData(), { domain: tunable })).manifestHash).toBe(plain.manifestHash);
    const lake = lakeWithData();
    const tuned = await ready(lake, { domain: tunable, tuningJobs: 6 });
    expect(JSON.parse(lake.text(`sets/${tuned.jobName}/manifest.json`))).toMatchObject({
      tuning: { strategy: 'Random', jobs: 6, ...tuning },
    });
    const more = await ready(lakeWithData(), { domain: tunable, tuningJobs: 7 });
    expect(new Set([plain, tuned, more].map(({ jobName }) => jobName)).size).toBe(3);
  });

  test('plans the same again, days later, with other objects there, in a place of its own for each execution', async () => {
    const lake = lakeWithData();
    const first = await ready(lake);
    const documents = [`${windowFolder}inputs-1.json`, `sets/${first.jobName}/manifest.json`].map((key) => [key, lake.text(key)]);
    lake
      .put('tables/readings/date=2026-11-20/later.parquet', rows(9))
      .put('tables/readings/date=2026-11-25/next.parquet', rows(9));
    const second = await ready(lake, {}, { now: '2026-11-26T00:00:00Z', executionName: "run'2/é" });
    expect(second.jobName).toBe(first.jobName);
    expect(second.manifestHash).toBe(first.manifestHash);
    expect(second.examplesPrefix).toBe(`s3://lake/sets/${first.jobName}/run-2--/examples/`);
    expect(second.statements.examples.replaceAll('run-2--', 'run-1')).toBe(first.statements.examples);
    expect(documents).toEqual(documents.map(([key = '']) => [key, lake.text(key)]));
  });

  test('uses what another run has pinned in the meantime', async () => {
    const lake = lakeWithData();
    const theirs = await ready(lake);
    const document = lake.objects.get(`${windowFolder}inputs-1.json`) ?? new Uint8Array();
    lake.objects.delete(`${windowFolder}inputs-1.json`);
    lake.put('tables/readings/date=2026-11-20/later.parquet', rows(9));
    lake.beforeWriteNew = () => lake.put(`${windowFolder}inputs-1.json`, document);
    expect((await ready(lake, {}, { now: '2026-11-20T12:45:01.000Z' })).jobName).toBe(theirs.jobName);
  });

  test.each<[string, (lake: MemoryLake) => unknown, Change, number]>([
    ['another object', (lake) => lake.put('tables/repairs/date=2026-11-12/d.parquet', rows(1)), {}, 1],
    ['other bytes', (lake) => lake.put('tables/readings/date=2026-11-20/b.parquet', rows(5)), {}, 1],
    ['a revision', () => undefined, {}, 2],
    ['other code', () => undefined, { codeVersion: 'v1.3.0' }, 1],
    ['another image', () => undefined, { trainingImage: 'image:4' }, 1],
    [
      'another hyperparameter',
      () => undefined,
      { domain: { ...domain, trainingSet: { ...domain.trainingSet, hyperparameters: { num_round: '6' } } } },
      1,
    ],
    [
      'another feature',
      () => undefined,
      { domain: { ...domain, trainingSet: { ...domain.trainingSet, features: ['flow'] } } },
      1,
    ],
    [
      'another hold-out',
      () => undefined,
      { domain: { ...domain, trainingSet: { ...domain.trainingSet, holdOut: { testBuckets: 10, validationBuckets: 15 } } } },
      1,
    ],
    ['weights', () => undefined, { domain: { ...domain, trainingSet: { ...domain.trainingSet, classBalance: 'balanced' } } }, 1],
  ])('gives %s another name', async (_what, prepare, change, revision) => {
    const before = await ready(lakeWithData());
    const lake = lakeWithData();
    prepare(lake);
    expect((await ready(lake, change, { revision })).jobName).not.toBe(before.jobName);
  });

  test('has no test split of time where none is held out', async () => {
    const trainingSet = { ...domain.trainingSet, holdOut: { testBuckets: 15, validationBuckets: 15 } };
    expect((await ready(lakeWithData(), { domain: { ...domain, trainingSet } })).tests).toEqual(['test_devices']);
  });

  test('looks at the days since 1970 for a domain that welcomes history', async () => {
    const lake = lakeWithData();
    const event = {
      window: { ...closed, window: { ...closed.window, start: '1970-01-01T00:00:00.000Z' } },
      executionName: 'run-1',
    };
    const props = {
      lake,
      now: () => at(pinnedAt),
      domain,
      tablePrefixes: { readings: 'tables/readings/', repairs: 'tables/repairs/' },
    };
    await planTraining(
      {
        ...props,
        trainingSetPrefix: 'sets/',
        jobNamePrefix: 'pumps-dev',
        codeVersion: 'v1',
        trainingImage: 'image',
        allowedLatenessSeconds: 0,
      },
      parsePlanTrainingEvent(event),
    );
    const document = JSON.parse(lake.text('sets/windows/19700101T000000Z_20261120T110000Z/inputs-1.json')) as InputsDocument;
    expect(document.tables['readings']?.map(({ key }) => key)).toContain('tables/readings/date=2026-11-12/too-old.parquet');
    expect(document.tables['repairs']).toHaveLength(2);
  });

  test('pins an ORC file without its rows', async () => {
    const lake = lakeWithData().put('tables/readings/date=2026-11-20/d.orc', 'ORC…footer and postscript…ORC\u0017');
    await ready(lake);
    const orc = inputsIn(lake).tables['readings']?.find(({ key }) => key.endsWith('.orc'));
    expect(Object.keys(orc ?? {}).sort()).toEqual(['etag', 'key', 'size']);
  });

  test('reads ends of files, not files', async () => {
    const lake = lakeWithData().put('tables/readings/date=2026-11-20/large.parquet', rows(50_000));
    await ready(lake);
    expect(lake.bytesRead).toBeLessThan(40_000);
    expect(inputsIn(lake).tables['readings']?.at(-1)).toMatchObject({ rows: 50_000 });
  });

  test('reads a footer that is longer than what it reads at first', async () => {
    const flow = Array.from({ length: 1000 }, (_, index) => index);
    const file = parquetWriteBuffer({ columnData: [{ name: 'flow', data: flow, type: 'DOUBLE' }], rowGroupSize: 1 });
    const lake = lakeWithData().put('tables/readings/date=2026-11-20/many-groups.parquet', new Uint8Array(file));
    await ready(lake);
    expect(lake.bytesRead).toBeGreaterThan(2 * 32 * 1024);
    expect(inputsIn(lake).tables['readings']?.at(-1)).toMatchObject({ rows: 1000 });
  });

  describe('when there is a training set of an earlier run', () => {
    async function lakeWithCard(): Promise<{ lake: MemoryLake; first: Ready }> {
      const lake = lakeWithData();
      const first = await ready(lake);
      const examples = first.examplesPrefix.replace('s3://lake/', '');
      lake.put(`${examples}split=train/0`, '1234').put(`${examples}split=validation/0`, '56');
      const card = {
        version: 1,
        jobName: first.jobName,
        examplesPrefix: first.examplesPrefix,
        features: [],
        files: { count: 2, bytes: 6 },
      };
      lake.put(`sets/${first.jobName}/data-card.json`, JSON.stringify(card));
      return { lake, first };
    }

    test('names its place, and does not ask for what it was made from', async () => {
      const { lake, first } = await lakeWithCard();
      lake.objects.delete('tables/readings/date=2026-11-13/a.parquet');
      const second = await ready(lake, {}, { executionName: 'run-2' });
      expect(second).toEqual({ ...first, status: 'built' });
    });

    test.each([
      ['a file is gone', (lake: MemoryLake, key: string) => lake.objects.delete(key)],
      ['a file is another', (lake: MemoryLake, key: string) => lake.put(key, '567')],
    ])('builds it again when %s', async (_what, change) => {
      const { lake, first } = await lakeWithCard();
      change(lake, `sets/${first.jobName}/run-1/examples/split=validation/0`);
      expect(await ready(lake, {}, { executionName: 'run-2' })).toMatchObject({
        status: 'ready',
        jobName: first.jobName,
        examplesPrefix: `s3://lake/sets/${first.jobName}/run-2/examples/`,
      });
    });

    test('does not go on with a card that is none', async () => {
      const { lake, first } = await lakeWithCard();
      lake.put(`sets/${first.jobName}/data-card.json`, '{"version":2}');
      await expect(plan(lake)).rejects.toThrow('is no data card of version 1');
    });
  });

  test('has nothing to train on without objects, says where it looked, and pins nothing', async () => {
    const lake = new MemoryLake().put('tables/readings/date=2026-11-12/too-old.parquet', rows(1));
    expect(await plan(lake)).toEqual({
      status: 'nothing-to-train',
      reason:
        'no objects under s3://lake/tables/readings/ from date=2026-11-13 to date=2026-11-20, ' +
        'under s3://lake/tables/repairs/ from date=2026-11-11 to date=2026-11-20',
    });
    expect([...lake.objects.keys()].filter((key) => key.startsWith('sets/'))).toEqual([]);
  });

  test.each<[string, (lake: MemoryLake) => unknown, string]>([
    [
      'is gone',
      (lake) => lake.objects.delete('tables/readings/date=2026-11-13/a.parquet'),
      's3://lake/tables/readings/date=2026-11-13/a.parquet is gone',
    ],
    [
      'is another',
      (lake) => lake.put('tables/readings/date=2026-11-20/b.parquet', rows(5)),
      's3://lake/tables/readings/date=2026-11-20/b.parquet is another object',
    ],
  ])('builds nothing anew from what was pinned when an object %s, and names it', async (_what, change, message) => {
    const lake = lakeWithData();
    await ready(lake);
    change(lake);
    await expect(plan(lake, {}, { executionName: 'run-2' })).rejects.toMatchObject({
      name: 'TrainingInputsChanged',
      message: expect.stringContaining(message) as string,
    });
    // A revision pins what is there.
    await expect(ready(lake, {}, { executionName: 'run-3', revision: 2 })).resolves.toMatchObject({ status: 'ready' });
  });

  test('names five of many objects that are gone', async () => {
    const lake = lakeWithData();
    Array.from({ length: 9 }, (_, index) => lake.put(`tables/readings/date=2026-11-19/${index}.parquet`, rows(1)));
    await ready(lake);
    [...lake.objects.keys()].filter((key) => key.includes('11-19')).forEach((key) => lake.objects.delete(key));
    await expect(plan(lake)).rejects.toThrow(/(?:\S+\.parquet is gone, ){4}\S+ is gone and 4 more;/);
  });

  test.each<[string, (lake: MemoryLake) => unknown, string, string]>([
    [
      'is neither Parquet nor ORC',
      (lake) => lake.put('tables/readings/date=2026-11-20/b.parquet', 'device_id,flow\n1,2\n'),
      'TrainingInputUnreadable',
      's3://lake/tables/readings/date=2026-11-20/b.parquet cannot be read',
    ],
    [
      'is deleted between the listing and the reading',
      (lake) => {
        const list = lake.list.bind(lake);
        lake.list = async (prefix) => {
          const found = await list(prefix);
          lake.objects.delete('tables/repairs/date=2026-11-11/c.parquet');
          return found;
        };
      },
      'TrainingInputsChanged',
      's3://lake/tables/repairs/date=2026-11-11/c.parquet was deleted',
    ],
    [
      'may not be read',
      (lake) => {
        lake.read = () => Promise.reject(Object.assign(new Error('Access Denied'), { name: 'AccessDenied' }));
      },
      'TrainingInputUnreadable',
      'cannot be read: AccessDenied: Access Denied',
    ],
  ])('names an object that %s, and pins nothing', async (_what, change, name, message) => {
    const lake = lakeWithData();
    change(lake);
    await expect(plan(lake)).rejects.toMatchObject({ name, message: expect.stringContaining(message) as string });
    expect([...lake.objects.keys()].filter((key) => key.startsWith('sets/'))).toEqual([]);
  });

  test.each([
    ['not a list of objects', '[]', 'no list of pinned objects'],
    ['not JSON', 'inputs', 'is not JSON'],
    [
      'that of another closing',
      JSON.stringify({
        version: 1,
        window: closed.window,
        cutoff: '2026-11-20T12:06:00.000Z',
        revision: 1,
        pinnedAt,
        tables: {},
      }),
      'is of another closing',
    ],
  ])('does not go on with a list that is %s', async (_what, text, message) => {
    const lake = lakeWithData().put(`${windowFolder}inputs-1.json`, text);
    await expect(plan(lake)).rejects.toMatchObject({
      name: 'TrainingInputInvalid',
      message: expect.stringContaining(message) as string,
    });
  });

  test('refuses a window that the hold-out leaves nothing of, a plan that does not fit a state, and names that cannot be', async () => {
    const trainingSet = {
      ...domain.trainingSet,
      holdOut: { testBuckets: 15, validationBuckets: 15, time: { days: 7, embargoHours: 6 } },
    };
    await expect(plan(lakeWithData(), { domain: { ...domain, trainingSet } })).rejects.toMatchObject({
      name: 'TrainingInputInvalid',
      message: expect.stringContaining('leave no time to train on') as string,
    });
    const long = { ...domain.trainingSet, sql: () => 'x'.repeat(70_000) };
    await expect(plan(lakeWithData(), { domain: { ...domain, trainingSet: long } })).rejects.toThrow(/the plan takes \d+ bytes/);
    await expect(plan(lakeWithData(), { tablePrefixes: { readings: 'tables/readings/' } })).rejects.toThrow(
      'table repairs has no prefix',
    );
    await expect(plan(lakeWithData(), { jobNamePrefix: 'p'.repeat(37) })).rejects.toThrow('at most 36');
    expect((await ready(lakeWithData(), { jobNamePrefix: 'p'.repeat(36) })).jobName).toHaveLength(61);
  });
});

describe('the event of the function', () => {
  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ status: 'open' }, 'window.status is not closed'],
    [{ cutoff: 'soon' }, 'window: cutoff is no ISO 8601 time'],
    [{ revision: 0 }, 'window.revision is no whole number from 1 on'],
    [{ window: undefined }, 'window.window is missing'],
  ])('is refused with %j', (change, message) => {
    expect(() => parsePlanTrainingEvent({ window: { ...closed, ...change }, executionName: 'run-1' })).toThrow(message);
  });
});
