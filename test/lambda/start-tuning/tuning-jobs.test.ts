import { parseStartTuningConfig } from '../../../lambda/start-tuning/config';
import { listedTuning, SageMakerTuningJobs } from '../../../lambda/start-tuning/sagemaker-tuning-jobs';
import type { TuningJobs } from '../../../lambda/start-tuning/tuning-jobs';
import { tuningRequest } from '../../../lambda/start-tuning/tuning-request';
import { startFailingSageMaker, type FailingSageMaker } from '../failing-sagemaker';
import { MemoryTunings, trainingPlan } from '../training-fixtures';
import { domain, environment } from './environment';

const config = parseStartTuningConfig(
  { ...environment, TRAINING_ROLE_ARN: 'arn:aws:iam::000000000000:role/training' },
  () => domain,
);
let sagemaker: FailingSageMaker;

beforeEach(async () => {
  sagemaker = await startFailingSageMaker();
});
afterEach(() => sagemaker.close());

/** Tuning jobs in memory that fail at once, as those of the service do. */
class FailingTunings extends MemoryTunings {
  override async create(request: Parameters<TuningJobs['create']>[0]): Promise<void> {
    await super.create(request);
    this.put(request.HyperParameterTuningJobName ?? '', 'Failed', request);
  }
}

describe.each<[string, () => TuningJobs]>([
  ['SageMaker', () => new SageMakerTuningJobs(sagemaker.client)],
  ['memory', () => new FailingTunings()],
])('tuning jobs in %s', (_where, open) => {
  const start = async (tunings: TuningJobs, tuningJobName: string): Promise<void> => {
    const { channels } = trainingPlan;
    const job = { channels, hyperparameters: domain.trainingSet.hyperparameters, outputFolder: 'trials/job', onDemand: false };
    await tunings.create(tuningRequest({ ...job, tuningJobName, seed: 1, tags: [] }, config));
    await sagemaker.service.tuningJobEnded(tuningJobName);
  };

  test('give a name away once, and tell what was asked for', async () => {
    const tunings = open();
    await start(tunings, 'tune-a');
    await expect(start(tunings, 'tune-a')).rejects.toMatchObject({ name: 'ResourceInUse' });
    expect(await tunings.describe('tune-a')).toMatchObject({
      HyperParameterTuningJobStatus: 'Failed',
      TrainingJobDefinition: { OutputDataConfig: { S3OutputPath: 's3://lake/trials/job' }, EnableManagedSpotTraining: true },
    });
    await expect(tunings.describe('tune-b')).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  test('are listed by how their names start', async () => {
    const tunings = open();
    for (const name of ['tune-1', 'tune-2', 'fortune-3', 'tun']) {
      await start(tunings, name);
    }
    expect(await tunings.list('tune-')).toEqual(['tune-1', 'tune-2'].map((name) => ({ name, status: 'Failed', toLaunch: 0 })));
    expect(await tunings.list('other-')).toEqual([]);
  });
});

describe('a tuning job in a listing', () => {
  const counters = { Completed: 2, InProgress: 1, RetryableError: 0, NonRetryableError: 1, Stopped: 0 };

  test.each([
    ['InProgress', counters, 2],
    ['InProgress', {}, 6],
    ['Completed', { ...counters, NonRetryableError: 0 }, 0],
    ['Stopped', {}, 0],
  ] as const)('that is %s with %j has %i training jobs to launch', (status, TrainingJobStatusCounters, toLaunch) => {
    const summary = {
      HyperParameterTuningJobName: 'tune-a',
      HyperParameterTuningJobArn: 'arn',
      HyperParameterTuningJobStatus: status,
      Strategy: 'Random' as const,
      CreationTime: new Date(0),
      TrainingJobStatusCounters,
      ObjectiveStatusCounters: {},
      ResourceLimits: { MaxNumberOfTrainingJobs: 6, MaxParallelTrainingJobs: 2 },
    };
    expect(listedTuning(summary)).toEqual({ name: 'tune-a', status, toLaunch });
  });
});
