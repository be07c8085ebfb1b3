import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  CreateHyperParameterTuningJobCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  ListHyperParameterTuningJobsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  SageMakerClient,
  StopHyperParameterTuningJobCommand,
  type CreateHyperParameterTuningJobCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { ServiceEvent } from '../../../../local/aws/events/event';
import { startS3, type S3Service } from '../../../../local/aws/s3/service';
import type { JobFault } from '../../../../local/aws/sagemaker/job-faults';
import { startSageMaker, type SageMakerService } from '../../../../local/aws/sagemaker/service';
import { obviousRows, parquetOf, trainingRequest } from './fixtures';

// Real training: a busy machine takes its time.
jest.setTimeout(60_000);

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A tuning job that is right; tests change what they are about. */
function tuningRequest(
  change: {
    readonly name?: string;
    readonly config?: Partial<CreateHyperParameterTuningJobCommandInput['HyperParameterTuningJobConfig']>;
    readonly definition?: Partial<CreateHyperParameterTuningJobCommandInput['TrainingJobDefinition']>;
  } = {},
): CreateHyperParameterTuningJobCommandInput {
  const { HyperParameters, ...request } = trainingRequest();
  const definition = { ...request, TrainingJobName: undefined };
  return {
    HyperParameterTuningJobName: change.name ?? 'tuning-1',
    HyperParameterTuningJobConfig: {
      Strategy: 'Random',
      RandomSeed: 7,
      HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'validation:rmse' },
      ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 2 },
      ParameterRanges: {
        ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0.01', MaxValue: '0.5', ScalingType: 'Logarithmic' }],
        IntegerParameterRanges: [{ Name: 'max_depth', MinValue: '1', MaxValue: '6' }],
        CategoricalParameterRanges: [{ Name: 'tree_method', Values: ['hist', 'exact'] }],
      },
      ...change.config,
    },
    TrainingJobDefinition: {
      ...definition,
      StaticHyperParameters: { objective: 'reg:squarederror', num_round: HyperParameters?.num_round ?? '', seed: '1' },
      ...change.definition,
    } as CreateHyperParameterTuningJobCommandInput['TrainingJobDefinition'],
    Tags: [{ Key: 'domain', Value: 'turbofan' }],
  };
}

describe('tuning jobs', () => {
  let directory: string;
  let s3: S3Service;
  let service: SageMakerService;
  let client: SageMakerClient;
  let faults: (JobFault | undefined)[];
  let events: ServiceEvent[];
  let onLine: (line: string) => void;

  const start = async (): Promise<void> => {
    service = await startSageMaker({
      directory: path.join(directory, 'jobs'),
      logDirectory: path.join(directory, 'logs'),
      stateDirectory: path.join(directory, 'state'),
      s3Endpoint: s3.endpoint,
      onEvent: (event) => void events.push(event),
      onLogLine: (_, line) => onLine(line),
      jobFaults: () => faults.shift(),
    });
    client = new SageMakerClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  };
  const create = (request: CreateHyperParameterTuningJobCommandInput) =>
    client.send(new CreateHyperParameterTuningJobCommand(request));
  const describeTuning = async (name: string) => ({
    ...(await client.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }))),
    $metadata: undefined,
  });
  const run = async (change: Parameters<typeof tuningRequest>[0] = {}) => {
    const request = tuningRequest(change);
    await create(request);
    await service.tuningJobEnded(request.HyperParameterTuningJobName ?? '');
    return describeTuning(request.HyperParameterTuningJobName ?? '');
  };
  const trialsOf = async (name: string) => {
    const { TrainingJobSummaries = [] } = await client.send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name, SortBy: 'Name' }),
    );
    return TrainingJobSummaries;
  };
  const drawnBy = async (name: string) => (await trialsOf(name)).map(({ TunedHyperParameters }) => TunedHyperParameters);

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'tuning-'));
    s3 = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    await s3.store.put('lake', 'sets/train/a.parquet', parquetOf(obviousRows(200, 1)));
    await s3.store.put('lake', 'sets/validation/a.parquet', parquetOf(obviousRows(100, 2)));
  });
  beforeEach(async () => {
    faults = [];
    events = [];
    onLine = () => undefined;
    await rm(path.join(directory, 'state'), { recursive: true, force: true });
    await start();
  });
  afterEach(async () => {
    client.destroy();
    await service.close();
  });
  afterAll(async () => {
    await s3.close();
    await rm(directory, { recursive: true, force: true });
  });

  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeHyperParameterTuningJob.html
  test('train once for each draw, and the best is the one with the best objective', async () => {
    const tuning = await run();
    expect(tuning).toMatchObject({
      HyperParameterTuningJobArn: 'arn:aws:sagemaker:us-east-1:000000000000:hyper-parameter-tuning-job/tuning-1',
      HyperParameterTuningJobStatus: 'Completed',
      TrainingJobStatusCounters: { Completed: 3, InProgress: 0, NonRetryableError: 0, Stopped: 0 },
      ObjectiveStatusCounters: { Succeeded: 3, Pending: 0, Failed: 0 },
    });
    const trials = await trialsOf('tuning-1');
    expect(trials.map(({ TrainingJobName }) => TrainingJobName)).toEqual(
      ['001', '002', '003'].map((number) => expect.stringMatching(new RegExp(`^tuning-1-${number}-[0-9a-f]{8}$`)) as string),
    );
    const value = (trial: (typeof trials)[number]) =>
      trial.FinalHyperParameterTuningJobObjectiveMetric?.Value ?? Number.POSITIVE_INFINITY;
    const [best] = [...trials].sort((one, other) => value(one) - value(other));
    expect(tuning.BestTrainingJob).toEqual(best);
    expect(new Set(trials.map(value)).size).toBe(3);
    const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: best?.TrainingJobName }));
    expect(job).toMatchObject({
      TuningJobArn: tuning.HyperParameterTuningJobArn,
      HyperParameters: { ...best?.TunedHyperParameters, num_round: '20', _tuning_objective_metric: 'validation:rmse' },
    });
    expect(job.FinalMetricDataList).toContainEqual(
      expect.objectContaining({ MetricName: 'validation:rmse', Value: best && value(best) }),
    );
  });

  test('draw the same values by the same seed, within their ranges, and others by another', async () => {
    // What is drawn does not depend on how it goes.
    faults = Array.from({ length: 9 }, () => ({ kind: 'failed', reason: 'InternalServerError: no' }) as const);
    await run({ name: 'one' });
    await run({ name: 'other' });
    await run({ name: 'third', config: { RandomSeed: 8 } });
    const drawn = await drawnBy('one');
    expect(await drawnBy('other')).toEqual(drawn);
    expect(await drawnBy('third')).not.toEqual(drawn);
    for (const { eta, max_depth: depth, tree_method: method } of drawn.map((values) => values ?? {})) {
      expect(Number(eta)).toBeGreaterThanOrEqual(0.01);
      expect(Number(eta)).toBeLessThanOrEqual(0.5);
      expect(['1', '2', '3', '4', '5', '6']).toContain(depth);
      expect(['hist', 'exact']).toContain(method);
    }
  });

  test('go on when a trial fails, and have failed when all have', async () => {
    const fault: JobFault = { kind: 'failed', reason: 'InternalServerError: We encountered an internal error.' };
    faults = [fault];
    const tuning = await run();
    expect(tuning).toMatchObject({
      HyperParameterTuningJobStatus: 'Completed',
      TrainingJobStatusCounters: { Completed: 2, NonRetryableError: 1 },
      ObjectiveStatusCounters: { Succeeded: 2, Failed: 1 },
    });
    expect(tuning.BestTrainingJob?.TrainingJobName).not.toContain('-001-');
    faults = [fault, fault, fault];
    const fruitless = await run({ name: 'fruitless' });
    expect(fruitless).toMatchObject({
      HyperParameterTuningJobStatus: 'Failed',
      FailureReason: expect.stringContaining('All training jobs failed') as string,
    });
    expect(fruitless.BestTrainingJob).toBeUndefined();
  });

  test('end without a best when there is no spot capacity for any trial', async () => {
    const waits: JobFault = { kind: 'max-wait-time-exceeded' };
    faults = [waits, waits, waits];
    const tuning = await run({
      definition: {
        EnableManagedSpotTraining: true,
        StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 120 },
      },
    });
    expect(tuning).toMatchObject({ HyperParameterTuningJobStatus: 'Failed', TrainingJobStatusCounters: { Stopped: 3 } });
  });

  test('stop with the trial that runs, and start no other', async () => {
    const training = new Promise<void>((resolve) => {
      onLine = (line) => {
        if (line.startsWith('[0]')) {
          resolve();
        }
      };
    });
    await create(
      tuningRequest({ definition: { StaticHyperParameters: { objective: 'reg:squarederror', num_round: '1000000' } } }),
    );
    await training;
    await client.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'tuning-1' }));
    await service.tuningJobEnded('tuning-1');
    expect(await describeTuning('tuning-1')).toMatchObject({
      HyperParameterTuningJobStatus: 'Stopped',
      TrainingJobStatusCounters: { Stopped: 1, Completed: 0 },
    });
    // A second time changes nothing.
    await client.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'tuning-1' }));
    expect(await trialsOf('tuning-1')).toHaveLength(1);
  });

  test('are remembered by a later process, which keeps the name taken', async () => {
    const before = await run({ config: { ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 } } });
    client.destroy();
    await service.close();
    await start();
    expect(await describeTuning('tuning-1')).toEqual(before);
    await expect(create(tuningRequest())).rejects.toMatchObject({ name: 'ResourceInUse' });
    const { HyperParameterTuningJobSummaries } = await client.send(
      new ListHyperParameterTuningJobsCommand({ NameContains: 'tuning', StatusEquals: 'Completed' }),
    );
    expect(HyperParameterTuningJobSummaries).toMatchObject([
      { HyperParameterTuningJobName: 'tuning-1', Strategy: 'Random', ResourceLimits: { MaxNumberOfTrainingJobs: 1 } },
    ]);
    const none = new ListHyperParameterTuningJobsCommand({ NameContains: 'another' });
    expect((await client.send(none)).HyperParameterTuningJobSummaries).toEqual([]);
  });

  test('have failed when their service ended without closing', async () => {
    const training = new Promise<void>((resolve) => {
      onLine = (line) => {
        if (line.startsWith('[0]')) {
          resolve();
        }
      };
    });
    await create(
      tuningRequest({ definition: { StaticHyperParameters: { objective: 'reg:squarederror', num_round: '1000000' } } }),
    );
    await training;
    const abandoned = { client, service };
    // As another process finds it: on the disk, still in progress.
    await start();
    expect(await describeTuning('tuning-1')).toMatchObject({
      HyperParameterTuningJobStatus: 'Failed',
      FailureReason: 'InternalServerError: the local SageMaker ended while the tuning job ran',
    });
    abandoned.client.destroy();
    await abandoned.service.close();
  });

  // https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-hpo
  test('tell of each change', async () => {
    await run({ config: { ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 } } });
    const told = events.filter(({ detailType }) => detailType === 'SageMaker HyperParameter Tuning Job State Change');
    expect(told.at(0)).toMatchObject({ source: 'aws.sagemaker', detail: { HyperParameterTuningJobStatus: 'InProgress' } });
    expect(told.at(-1)).toMatchObject({
      resources: ['arn:aws:sagemaker:us-east-1:000000000000:hyper-parameter-tuning-job/tuning-1'],
      detail: { HyperParameterTuningJobStatus: 'Completed', TrainingJobStatusCounters: { Completed: 1 } },
    });
  });

  test.each<[string, Parameters<typeof tuningRequest>[0], string, RegExp]>([
    ['another strategy', { config: { Strategy: 'Bayesian' } }, 'NotImplementedException', /Bayesian; only Random/],
    ['early stopping', { config: { TrainingJobEarlyStoppingType: 'Auto' } }, 'NotImplementedException', /EarlyStopping/],
    ['a name that is too long', { name: 'a'.repeat(33) }, 'ValidationException', /32/],
    [
      'an objective in the wrong direction',
      { config: { HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'validation:rmse' } } },
      'ValidationException',
      /must be Minimize/,
    ],
    [
      'an objective that the algorithm does not report',
      { config: { HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'train:rmse' } } },
      'ValidationException',
      /none of the algorithm's/,
    ],
    ['no ranges', { config: { ParameterRanges: {} } }, 'ValidationException', /at least one/],
    [
      'a range upside down',
      { config: { ParameterRanges: { IntegerParameterRanges: [{ Name: 'max_depth', MinValue: '6', MaxValue: '1' }] } } },
      'ValidationException',
      /MinValue 6 is above MaxValue 1/,
    ],
    [
      'a logarithm of nothing',
      {
        config: {
          ParameterRanges: {
            ContinuousParameterRanges: [{ Name: 'alpha', MinValue: '0', MaxValue: '1', ScalingType: 'Logarithmic' }],
          },
        },
      },
      'ValidationException',
      /above 0/,
    ],
    [
      'a hyperparameter that is fixed as well',
      { definition: { StaticHyperParameters: { num_round: '2', eta: '0.1' } } },
      'ValidationException',
      /eta is both fixed and searched for/,
    ],
    [
      'another image',
      { definition: { AlgorithmSpecification: { TrainingImage: 'my/image:1', TrainingInputMode: 'File' } } },
      'NotImplementedException',
      /my\/image/,
    ],
  ])('are refused with %s', async (_, change, name, message) => {
    await expect(create(tuningRequest(change))).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message) as string,
    });
  });

  test('are not found by another name', async () => {
    await expect(describeTuning('none')).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });
});
