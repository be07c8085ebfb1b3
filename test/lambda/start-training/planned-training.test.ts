import { parquetWriteBuffer } from 'hyparquet-writer';
import { startPlanned, type StartedPlan } from '../../../lambda/start-training/planned-training';
import { domain, MemoryLake, parquet, plan } from '../fixtures';
import { apiError, MemoryJobs } from '../training-fixtures';
import { config } from './environment';

const good = parquet({ label: [1, 2, 3], flow: [1, 2, 3], speed: [4, 5, 6] });

function lakeWithSet(): MemoryLake {
  return new MemoryLake()
    .put('sets/job/run/examples/split=train/1', good)
    .put('sets/job/run/examples/split=train/2', good)
    .put('sets/job/run/examples/split=validation/1', good);
}

function start(
  lake: MemoryLake,
  { using = config, jobs = new MemoryJobs() } = {},
): { readonly requests: MemoryJobs['requests']; readonly answer: Promise<StartedPlan> } {
  return { requests: jobs.requests, answer: startPlanned(lake, jobs, using, plan) };
}

describe('starting the training job of a plan that nobody has inspected', () => {
  test('counts the rows of each channel and starts the job, once', async () => {
    const jobs = new MemoryJobs();
    const answer = { jobName: plan.jobName, started: true, rows: { train: 6, validation: 3 } };
    expect(await start(lakeWithSet(), { jobs }).answer).toEqual(answer);
    expect(await start(lakeWithSet(), { jobs }).answer).toEqual({ ...answer, started: false });
    expect(jobs.requests).toMatchObject([
      {
        TrainingJobName: plan.jobName,
        HyperParameters: domain.trainingSet.hyperparameters,
        InputDataConfig: [
          { ChannelName: 'train', DataSource: { S3DataSource: { S3Uri: plan.trainingSet.train } } },
          { ChannelName: 'validation', DataSource: { S3DataSource: { S3Uri: plan.trainingSet.validation } } },
        ],
        Tags: [
          { Key: 'stage', Value: 'test' },
          { Key: 'domain', Value: 'pumps' },
          { Key: 'manifest-uri', Value: plan.manifestUri },
          { Key: 'manifest-sha256', Value: plan.manifestHash },
          { Key: 'window-start', Value: plan.window.start },
          { Key: 'window-end', Value: plan.window.end },
        ],
      },
    ]);
  });

  test('ends with an error of the API under the name by which it is retried', async () => {
    const jobs = new MemoryJobs();
    jobs.failing = apiError('TooManyRequestsException');
    await expect(start(lakeWithSet(), { jobs }).answer).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  test.each<[string, MemoryLake, string, string]>([
    [
      'no file',
      new MemoryLake().put('sets/job/run/examples/split=train/1', good),
      'TrainingSetEmpty',
      'no rows in 0 Parquet files',
    ],
    [
      'only files without rows',
      lakeWithSet().put('sets/job/run/examples/split=validation/1', parquet({ label: [], flow: [], speed: [] })),
      'TrainingSetEmpty',
      'no rows in 1 Parquet files under s3://lake/sets/job/run/examples/split=validation/',
    ],
    [
      'the label in another place',
      lakeWithSet().put('sets/job/run/examples/split=train/2', parquet({ flow: [1], label: [1], speed: [1] })),
      'TrainingSetMismatch',
      'column 1 is flow, expected label',
    ],
    [
      'a feature too few',
      lakeWithSet().put('sets/job/run/examples/split=train/2', parquet({ label: [1], flow: [1] })),
      'TrainingSetMismatch',
      'column 3 is absent, expected speed',
    ],
    [
      'a column too many',
      lakeWithSet().put('sets/job/run/examples/split=train/2', parquet({ label: [1], flow: [1], speed: [1], device: [1] })),
      'TrainingSetMismatch',
      'column device is neither label nor feature',
    ],
    [
      'a text',
      lakeWithSet().put(
        'sets/job/run/examples/split=train/2',
        new Uint8Array(
          parquetWriteBuffer({
            columnData: [
              { name: 'label', data: [1], type: 'DOUBLE' },
              { name: 'flow', data: ['x'], type: 'STRING' },
              { name: 'speed', data: [1], type: 'DOUBLE' },
            ],
          }),
        ),
      ),
      'TrainingSetMismatch',
      'column flow is not numeric',
    ],
    [
      'a timestamp',
      lakeWithSet().put(
        'sets/job/run/examples/split=train/2',
        new Uint8Array(
          parquetWriteBuffer({
            columnData: [
              { name: 'label', data: [1], type: 'DOUBLE' },
              { name: 'flow', data: [new Date(0)], type: 'TIMESTAMP' },
              { name: 'speed', data: [1], type: 'DOUBLE' },
            ],
          }),
        ),
      ),
      'TrainingSetMismatch',
      'column flow is not numeric but TIMESTAMP',
    ],
    [
      'something else than Parquet',
      lakeWithSet().put('sets/job/run/examples/split=train/2', 'label,flow,speed\n1,2,3\n'),
      'TrainingSetMismatch',
      's3://lake/sets/job/run/examples/split=train/2 is no Parquet file',
    ],
  ])('pays for no job on a training set with %s', async (_what, lake, name, message) => {
    const { answer, requests } = start(lake);
    await expect(answer).rejects.toMatchObject({ name, code: name, message: expect.stringContaining(message) as string });
    expect(requests).toEqual([]);
  });

  describe('of a model that tells two classes apart', () => {
    const hyperparameters = { objective: 'binary:logistic', num_round: '5' };
    const using = { ...config, domain: { ...domain, trainingSet: { ...domain.trainingSet, hyperparameters } } };
    const rows = (...label: number[]): Uint8Array => parquet({ label, flow: label, speed: label });

    test('pays for no job when a channel holds one class alone, and says which', async () => {
      const lake = lakeWithSet()
        .put('sets/job/run/examples/split=train/1', rows(0, 1))
        .put('sets/job/run/examples/split=validation/1', rows(0, 0, 0));
      const { answer, requests } = start(lake, { using });
      await expect(answer).rejects.toMatchObject({
        name: 'TrainingSetOneClass',
        message: expect.stringContaining(
          'label is 0 in all 3 rows under s3://lake/sets/job/run/examples/split=validation/',
        ) as string,
      });
      expect(requests).toEqual([]);
    });

    test('starts it when each class is in a file of its own', async () => {
      const lake = lakeWithSet()
        .put('sets/job/run/examples/split=train/1', rows(0, 0))
        .put('sets/job/run/examples/split=train/2', rows(1))
        .put('sets/job/run/examples/split=validation/1', rows(1, 0));
      expect(await start(lake, { using }).answer).toMatchObject({ started: true });
    });

    test('starts it when the files do not say what labels they hold', async () => {
      const bare = new Uint8Array(
        parquetWriteBuffer({
          columnData: ['label', 'flow', 'speed'].map((name) => ({ name, data: [0, 0], type: 'DOUBLE' })),
          statistics: false,
        }),
      );
      const lake = lakeWithSet()
        .put('sets/job/run/examples/split=train/1', rows(0, 1))
        .put('sets/job/run/examples/split=validation/1', bare);
      expect(await start(lake, { using }).answer).toMatchObject({ started: true });
    });
  });

  test('reads footers, not data', async () => {
    const many = Array.from({ length: 200_000 }, (_, index) => Math.sin(index));
    const large = parquet({ label: many, flow: many, speed: many });
    const lake = lakeWithSet().put('sets/job/run/examples/split=train/2', large);
    await start(lake).answer;
    expect(large.length).toBeGreaterThan(2 ** 21);
    expect(lake.bytesRead).toBeLessThan(2 ** 20);
  });

  test('refuses a training set outside the lake', async () => {
    const elsewhere = { ...plan, trainingSet: { ...plan.trainingSet, train: 's3://other/x/' } };
    await expect(startPlanned(lakeWithSet(), new MemoryJobs(), config, elsewhere)).rejects.toThrow('no folder of bucket lake');
  });
});
