import type { DescribeTrainingJobResponse } from '@aws-sdk/client-sagemaker';
import { parseRecordModelEvent } from '../../../lambda/record-model/event';
import { recordModel, type ModelRecord } from '../../../lambda/record-model/logic';
import { domain, MemoryLake } from '../fixtures';
import { apiError, trainingCard, trainingPlan } from '../training-fixtures';

const plan = trainingPlan;
const event = parseRecordModelEvent({
  jobName: plan.jobName,
  plan,
  card: trainingCard,
  started: { jobName: plan.jobName, started: true, onDemand: false, rows: trainingCard.rows },
});

function completed(change: Partial<DescribeTrainingJobResponse> = {}): DescribeTrainingJobResponse {
  return {
    TrainingJobName: plan.jobName,
    TrainingJobArn: 'arn:job',
    ModelArtifacts: { S3ModelArtifacts: 's3://lake/models/job/output/model.tar.gz' },
    TrainingJobStatus: 'Completed',
    SecondaryStatus: 'Completed',
    AlgorithmSpecification: { TrainingInputMode: 'File' },
    ResourceConfig: { VolumeSizeInGB: 1 },
    StoppingCondition: {},
    CreationTime: new Date(0),
    HyperParameters: { num_round: '5' },
    InputDataConfig: [
      {
        ChannelName: 'train',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://lake/sets/job/earlier-run/examples/split=train/' } },
      },
    ],
    FinalMetricDataList: [
      { MetricName: 'train:rmse', Value: 1 },
      { MetricName: 'validation:rmse', Value: 2.5 },
    ],
    TrainingStartTime: new Date('2026-11-20T12:00:00Z'),
    TrainingEndTime: new Date('2026-11-20T12:01:00Z'),
    ...change,
  };
}

function record(lake: MemoryLake, job: DescribeTrainingJobResponse): Promise<ModelRecord> {
  return recordModel(lake, { describe: async () => job }, { domain, recordPrefix: 'models/records/' }, event);
}

describe('recording a model', () => {
  test('keeps the metrics, the inputs and the model of a completed job, and answers them', async () => {
    const lake = new MemoryLake();
    const answer = await record(lake, completed());
    expect(answer).toEqual({
      jobName: plan.jobName,
      jobArn: 'arn:job',
      domain: 'pumps',
      outcome: 'trained',
      status: 'Completed',
      metrics: { 'train:rmse': 1, 'validation:rmse': 2.5 },
      objective: { metric: 'validation:rmse', value: 2.5 },
      modelUri: 's3://lake/models/job/output/model.tar.gz',
      rows: trainingCard.rows,
      window: plan.window,
      manifestUri: plan.manifestUri,
      manifestHash: plan.manifestHash,
      inspected: {
        cutoff: plan.cutoff,
        revision: 1,
        dataCardUri: plan.dataCardUri,
        contentHash: trainingCard.contentHash,
        forced: false,
      },
      trainingSet: { train: 's3://lake/sets/job/earlier-run/examples/split=train/' },
      hyperparameters: { num_round: '5' },
      spot: false,
      createdAt: '1970-01-01T00:00:00.000Z',
      startedAt: '2026-11-20T12:00:00.000Z',
      endedAt: '2026-11-20T12:01:00.000Z',
    });
    expect(JSON.parse(lake.text(`models/records/${plan.jobName}.json`))).toEqual(answer);
  });

  test('keeps what a tuning job has found, as the job was really given it', async () => {
    const tuned = { tuningJobName: 'tune-01234567', hyperparameters: { eta: '0.1', lambda: '2' } };
    const withTuning = parseRecordModelEvent({
      jobName: plan.jobName,
      plan,
      card: trainingCard,
      started: { jobName: plan.jobName },
      tuned,
    });
    const job = completed({ HyperParameters: { num_round: '5', eta: '0.2', lambda: '2' } });
    const answer = await recordModel(
      new MemoryLake(),
      { describe: async () => job },
      { domain, recordPrefix: 'models/records/' },
      withTuning,
    );
    expect(answer.tuned).toEqual({ ...tuned, hyperparameters: { eta: '0.2', lambda: '2' } });
  });

  test('keeps why a job failed, and no model', async () => {
    const failed = { ...completed(), TrainingJobStatus: 'Failed', FailureReason: 'ClientError: no' } as const;
    const { FinalMetricDataList, TrainingStartTime, TrainingEndTime, ...neverRan } = failed;
    expect([FinalMetricDataList?.length, TrainingStartTime, TrainingEndTime]).not.toContain(undefined);
    const answer = await record(new MemoryLake(), neverRan);
    expect(answer).toMatchObject({ status: 'Failed', failureReason: 'ClientError: no', metrics: {}, objective: { value: null } });
    expect(answer).not.toHaveProperty('modelUri');
    expect(answer).not.toHaveProperty('startedAt');
  });

  test.each([
    ['Failed', 'gave no reason'],
    ['Stopped', 'was stopped'],
  ] as const)('says why a %s job without a reason left no model', async (TrainingJobStatus, reason) => {
    expect((await record(new MemoryLake(), completed({ TrainingJobStatus }))).failureReason).toContain(reason);
  });

  test('keeps what is known of a training set that was inspected, and of a budget that was passed over', async () => {
    const given = {
      jobName: `${plan.jobName}-2`,
      plan,
      card: { ...trainingCard, forced: true },
      started: { jobName: 'x', started: false, onDemand: false, rows: {}, overBudget: '10 jobs' },
      capacity: { onDemand: false },
    };
    const lake = new MemoryLake();
    const job = completed({ EnableManagedSpotTraining: true, BillableTimeInSeconds: 40, FailureReason: undefined });
    const config = { domain, recordPrefix: 'models/records/' };
    const answer = await recordModel(lake, { describe: async () => job }, config, parseRecordModelEvent(given));
    expect(answer).toMatchObject({
      jobName: `${plan.jobName}-2`,
      outcome: 'trained',
      rows: trainingCard.rows,
      window: plan.window,
      inspected: {
        cutoff: plan.cutoff,
        revision: 1,
        dataCardUri: plan.dataCardUri,
        contentHash: trainingCard.contentHash,
        forced: true,
        overBudget: '10 jobs',
      },
      spot: true,
      billableSeconds: 40,
    });
    expect(JSON.parse(lake.text(`models/records/${plan.jobName}-2.json`))).toEqual(answer);

    const failed = { ...job, TrainingJobStatus: 'Failed', FailureReason: 'ClientError: no' } as const;
    const again = await recordModel(lake, { describe: async () => failed }, config, parseRecordModelEvent(given));
    expect(again.failureReason).toBe('ClientError: no');
  });

  test('ends with an error of the API under the name by which it is retried', async () => {
    const throttled = { describe: async () => Promise.reject(apiError('ThrottlingException')) };
    await expect(
      recordModel(new MemoryLake(), throttled, { domain, recordPrefix: 'models/records/' }, event),
    ).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: `DescribeTrainingJob ${plan.jobName}: ThrottlingException it is`,
    });
  });

  test('does not record a job that has not ended', async () => {
    const lake = new MemoryLake();
    await expect(record(lake, completed({ TrainingJobStatus: 'InProgress' }))).rejects.toMatchObject({
      name: 'TrainingNotEnded',
    });
    expect(lake.objects.size).toBe(0);
  });

  test.each([
    [{ plan, card: trainingCard, started: {} }, 'jobName is missing'],
    [{ jobName: 'j', plan, card: trainingCard }, 'started is missing'],
    [{ jobName: 'j', plan, card: {}, started: {} }, 'card.rows is missing'],
    [{ jobName: 'j', card: trainingCard, started: {} }, 'plan is missing'],
    [{ jobName: 'j', plan: { ...plan, manifestUri: undefined }, card: trainingCard, started: {} }, 'manifestUri is missing'],
  ])('refuses an event that lacks something', (given, message) => {
    expect(() => parseRecordModelEvent(given)).toThrow(message);
  });
});
