import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  type CreateTrainingJobCommandInput,
  type DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import type { ServiceEvent } from '../../../../local/aws/events/event';
import { AwsError } from '../../../../local/aws/http/aws-error';
import { startS3, type S3Service } from '../../../../local/aws/s3/service';
import type { JobFault } from '../../../../local/aws/sagemaker/job-faults';
import { startSageMaker, type SageMakerService } from '../../../../local/aws/sagemaker/service';
import { obviousRows, parquetOf, trainingRequest } from './fixtures';

// Real training: a busy machine takes its time.
jest.setTimeout(60_000);

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html */
const spot: Partial<CreateTrainingJobCommandInput> = {
  EnableManagedSpotTraining: true,
  StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 120 },
};

describe('what may befall a training job', () => {
  let directory: string;
  let s3: S3Service;
  let service: SageMakerService;
  let client: SageMakerClient;
  let fault: JobFault | undefined;
  let isBusy: boolean;
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
      jobFaults: () => fault,
      faults: ({ operation }) =>
        operation === 'CreateTrainingJob' && isBusy
          ? { error: new AwsError('ResourceLimitExceeded', 'The account-level service limit is 1 Instances') }
          : undefined,
    });
    client = new SageMakerClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  };
  const create = (change: Partial<CreateTrainingJobCommandInput>) =>
    client.send(new CreateTrainingJobCommand(trainingRequest(change)));
  const describeJob = (name: string): Promise<DescribeTrainingJobCommandOutput> =>
    client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  const run = async (name: string, change: Partial<CreateTrainingJobCommandInput> = {}) => {
    await create({ TrainingJobName: name, ...change });
    await service.jobEnded(name);
    return describeJob(name);
  };
  const passed = ({ SecondaryStatusTransitions }: DescribeTrainingJobCommandOutput) =>
    SecondaryStatusTransitions?.map(({ Status }) => Status);
  const hasModel = async (name: string): Promise<boolean> =>
    (await s3.store.list('lake', { prefix: `models/${name}/` })).objects.length > 0;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'fates-'));
    fault = undefined;
    isBusy = false;
    events = [];
    onLine = () => undefined;
    s3 = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    await s3.store.put('lake', 'sets/train/a.parquet', parquetOf(obviousRows(200, 1)));
    await s3.store.put('lake', 'sets/validation/a.parquet', parquetOf(obviousRows(100, 2)));
    await start();
  });
  afterEach(async () => {
    client.destroy();
    await service.close();
    await s3.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('no spot capacity for as long as it may wait: stopped, and no model', async () => {
    fault = { kind: 'max-wait-time-exceeded' };
    const job = await run('waits', spot);
    expect(job).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxWaitTimeExceeded' });
    expect(passed(job)).toEqual(['Starting', 'MaxWaitTimeExceeded']);
    expect(await hasModel('waits')).toBe(false);
    // The fall-back: the same without spot is not befallen.
    expect(await run('on-demand')).toMatchObject({ TrainingJobStatus: 'Completed' });
    expect(await hasModel('on-demand')).toBe(true);
  });

  test('spot capacity that is taken away: trains again from the start, and ends well', async () => {
    fault = { kind: 'interrupted' };
    const job = await run('interrupted', spot);
    expect(job).toMatchObject({ TrainingJobStatus: 'Completed' });
    expect(passed(job)).toEqual([
      'Starting',
      'Downloading',
      'Training',
      'Interrupted',
      'Starting',
      'Downloading',
      'Training',
      'Uploading',
      'Completed',
    ]);
    expect(job.FinalMetricDataList).toHaveLength(2);
    expect(await hasModel('interrupted')).toBe(true);
  });

  test('a fault of SageMaker itself: failed, with its reason', async () => {
    fault = { kind: 'failed', reason: 'InternalServerError: We encountered an internal error. Please try again.' };
    const job = await run('unlucky');
    expect(job).toMatchObject({ TrainingJobStatus: 'Failed', FailureReason: fault.reason });
  });

  test('rounds that are not trained: complete all the same, with a smaller model', async () => {
    fault = { kind: 'cut-short', rounds: 1 };
    const short = await run('short');
    expect(short).toMatchObject({ TrainingJobStatus: 'Completed' });
    expect(await readFile(path.join(directory, 'logs', 'short.log'), 'utf8')).not.toContain('[1]#011');
  });

  test('an account that has no room: refused, and the name stays free', async () => {
    isBusy = true;
    await expect(create({ TrainingJobName: 'later' })).rejects.toMatchObject({ name: 'ResourceLimitExceeded' });
    isBusy = false;
    expect(await run('later')).toMatchObject({ TrainingJobStatus: 'Completed' });
  });

  // https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-training
  test('tells of each change', async () => {
    await run('told', { Tags: [{ Key: 'domain', Value: 'factory' }] });
    const arn = 'arn:aws:sagemaker:us-east-1:000000000000:training-job/told';
    expect(events.map(({ detail }) => [detail.TrainingJobStatus, detail.SecondaryStatus])).toEqual([
      ['InProgress', 'Starting'],
      ['InProgress', 'Downloading'],
      ['InProgress', 'Training'],
      ['InProgress', 'Uploading'],
      ['Completed', 'Completed'],
    ]);
    expect(events.at(-1)).toMatchObject({
      source: 'aws.sagemaker',
      detailType: 'SageMaker Training Job State Change',
      resources: [arn],
      detail: {
        TrainingJobName: 'told',
        TrainingJobArn: arn,
        ModelArtifacts: { S3ModelArtifacts: 's3://lake/models/told/output/model.tar.gz' },
        TrainingEndTime: expect.stringMatching(/^\d{13}$/) as string,
        Tags: { domain: 'factory' },
      },
    });
  });

  test('is remembered by a later process, which keeps the name taken', async () => {
    const before = await run('kept');
    client.destroy();
    await service.close();
    await start();
    expect({ ...(await describeJob('kept')), $metadata: undefined }).toEqual({ ...before, $metadata: undefined });
    await expect(create({ TrainingJobName: 'kept' })).rejects.toMatchObject({ name: 'ResourceInUse' });
    await service.jobEnded('kept');
  });

  test('has failed when its service ended without closing it', async () => {
    const training = new Promise<void>((resolve) => {
      onLine = (line) => {
        if (line.startsWith('[0]')) {
          resolve();
        }
      };
    });
    await create({ TrainingJobName: 'abandoned', HyperParameters: { num_round: '1000000' } });
    await training;
    const abandoned = { client, service };
    // As another process finds it: on the disk, still in training.
    await start();
    expect(await describeJob('abandoned')).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: 'InternalServerError: the local SageMaker ended while the job ran',
    });
    expect(await readdir(path.join(directory, 'state/training-jobs'))).toEqual(['abandoned.json']);
    abandoned.client.destroy();
    await abandoned.service.close();
  });
});
