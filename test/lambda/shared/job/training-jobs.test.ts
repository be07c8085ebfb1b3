import { SageMakerTrainingJobs } from '../../../../lambda/shared/job/sagemaker-training-jobs';
import type { TrainingJobs } from '../../../../lambda/shared/job/training-jobs';
import { jobRequest } from '../../../../lambda/start-training/job-request';
import { config } from '../../start-training/environment';
import { startFailingSageMaker, type FailingSageMaker } from '../../failing-sagemaker';
import { describedJob, MemoryJobs, trainingPlan } from '../../training-fixtures';

const arns = {
  trainingRoleArn: 'arn:aws:iam::000000000000:role/training',
  kmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
};
let sagemaker: FailingSageMaker;

beforeEach(async () => {
  sagemaker = await startFailingSageMaker();
});
afterEach(() => sagemaker.close());

/** Jobs in memory that fail at once, as those of the service do. */
class FailingJobs extends MemoryJobs {
  override async create(request: Parameters<TrainingJobs['create']>[0]): Promise<void> {
    await super.create(request);
    const change = { TrainingJobStatus: 'Failed', FailureReason: 'ClientError: no' } as const;
    this.put(describedJob(request.TrainingJobName ?? '', change));
  }
}

describe.each<[string, () => TrainingJobs]>([
  ['SageMaker', () => new SageMakerTrainingJobs(sagemaker.client)],
  ['memory', () => new FailingJobs()],
])('training jobs in %s', (_where, open) => {
  const start = async (jobs: TrainingJobs, jobName: string): Promise<void> => {
    const job = { jobName, hyperparameters: { objective: 'reg:squarederror', num_round: '1' }, channels: trainingPlan.channels };
    await jobs.create(jobRequest({ ...job, onDemand: false, tags: [] }, { ...config, ...arns }));
    await sagemaker.service.jobEnded(jobName);
  };

  test('give a name away once', async () => {
    const jobs = open();
    await start(jobs, 'pumps-a');
    await expect(start(jobs, 'pumps-a')).rejects.toMatchObject({ name: 'ResourceInUse' });
    expect(await jobs.describe('pumps-a')).toMatchObject({ TrainingJobStatus: 'Failed', FailureReason: 'ClientError: no' });
    await expect(jobs.describe('pumps-b')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('are listed by how their names start, however many there are', async () => {
    const jobs = open();
    const names = Array.from({ length: 12 }, (_, index) => `pumps-${index}`);
    for (const name of ['old-pumps-1', 'pump', ...names]) {
      await start(jobs, name);
    }
    const listed = await jobs.list('pumps-');
    expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(['Failed']));
    expect(await jobs.list('pumps-', Date.now() + 3_600_000)).toEqual([]);
    expect(await jobs.list('pumps-', 1)).toHaveLength(12);
  });
});
