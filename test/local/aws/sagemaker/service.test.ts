import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListEndpointsCommand,
  ListTrainingJobsCommand,
  SageMakerClient,
  StopTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { parquetWriteBuffer } from 'hyparquet-writer';
import * as tar from 'tar';
import { startS3, type S3Service } from '../../../../local/aws/s3/service';
import { startSageMaker, type SageMakerService } from '../../../../local/aws/sagemaker/service';
import { obviousRows, parquetOf, trainingRequest } from './fixtures';

// Real training: a busy machine takes its time.
jest.setTimeout(60_000);

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('the local SageMaker', () => {
  let directory: string;
  let s3Service: S3Service;
  let service: SageMakerService;
  let s3: S3Client;
  let sagemaker: SageMakerClient;

  const put = (key: string, body: Uint8Array): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket: 'lake', Key: key, Body: body }));
  const describeJob = (name: string): Promise<DescribeTrainingJobCommandOutput> =>
    sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  const channel = (name: string, uri: string): NonNullable<ReturnType<typeof trainingRequest>['InputDataConfig']>[number] => ({
    ChannelName: name,
    ContentType: 'application/x-parquet',
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri } },
  });
  const run = async (change: Parameters<typeof trainingRequest>[0]): Promise<DescribeTrainingJobCommandOutput> => {
    const input = trainingRequest(change);
    await sagemaker.send(new CreateTrainingJobCommand(input));
    await service.jobEnded(input.TrainingJobName ?? '');
    return describeJob(input.TrainingJobName ?? '');
  };

  const lines = new EventEmitter();
  /** Resolves once a job's log holds a line with that text. */
  const logged = (name: string, text: string): Promise<void> =>
    new Promise((resolve) => {
      lines.on('line', (job: string, line: string) => {
        if (job === name && line.includes(text)) {
          resolve();
        }
      });
    });

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sagemaker-'));
    s3Service = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    service = await startSageMaker({
      directory: path.join(directory, 'jobs'),
      logDirectory: path.join(directory, 'logs'),
      s3Endpoint: s3Service.endpoint,
      onLogLine: (job, line) => void lines.emit('line', job, line),
    });
    s3 = new S3Client({ endpoint: s3Service.endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
    sagemaker = new SageMakerClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    await put('sets/train/part-1.parquet', parquetOf(obviousRows(600, 1)));
    await put('sets/train/part-2.parquet', parquetOf(obviousRows(400, 2)));
    await put('sets/validation/part-1.parquet', parquetOf(obviousRows(300, 3)));
  });
  afterAll(async () => {
    s3.destroy();
    sagemaker.destroy();
    await service.close();
    await service.close();
    await s3Service.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('trains on Parquet in S3 and leaves a model, metrics and a log', async () => {
    const started = await sagemaker.send(new CreateTrainingJobCommand(trainingRequest({ TrainingJobName: 'Whole-run' })));
    expect(started.TrainingJobArn).toBe('arn:aws:sagemaker:us-east-1:000000000000:training-job/whole-run');
    expect((await describeJob('Whole-run')).TrainingJobStatus).toBe('InProgress');
    const again = new CreateTrainingJobCommand(trainingRequest({ TrainingJobName: 'Whole-run' }));
    await expect(sagemaker.send(again)).rejects.toMatchObject({ name: 'ResourceInUse' });
    await service.jobEnded('Whole-run');
    await expect(sagemaker.send(again)).rejects.toMatchObject({ name: 'ResourceInUse' });

    const job = await describeJob('Whole-run');
    expect(job).toMatchObject({
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: 's3://lake/models/Whole-run/output/model.tar.gz' },
      HyperParameters: { num_round: '20' },
    });
    expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
      'Starting',
      'Downloading',
      'Training',
      'Uploading',
      'Completed',
    ]);
    expect(job.TrainingEndTime).toBeInstanceOf(Date);
    const metrics = new Map(job.FinalMetricDataList?.map(({ MetricName, Value }) => [MetricName, Value]));
    expect([...metrics.keys()]).toEqual(['train:rmse', 'validation:rmse']);
    // The label spreads by about 1.3; what is learnt leaves a small part of it.
    expect(metrics.get('validation:rmse')).toBeLessThan(0.15);
    const log = await readFile(path.join(directory, 'logs/Whole-run.log'), 'utf8');
    expect(log).toContain('Train matrix has 1000 rows and 3 columns');
    expect(log).toMatch(/^\[0\]#011train-rmse:\d+\.\d{5}#011validation-rmse:\d+\.\d{5}$/m);
    expect(log.match(/^\[\d+\]/gm)).toHaveLength(20);

    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: 'models/Whole-run/output/model.tar.gz' }));
    const archive = path.join(directory, 'model.tar.gz');
    await writeFile(archive, (await Body?.transformToByteArray()) ?? '');
    const names: string[] = [];
    await tar.list({ file: archive, onReadEntry: ({ path: name }) => void names.push(name) });
    expect(names).toEqual(['xgboost-model']);
  });

  test('serves what a job has trained', async () => {
    const ModelDataUrl = 's3://lake/models/Whole-run/output/model.tar.gz';
    const { AlgorithmSpecification, RoleArn } = trainingRequest();
    await sagemaker.send(
      new CreateModelCommand({
        ModelName: 'Whole-run',
        PrimaryContainer: { Image: AlgorithmSpecification?.TrainingImage, ModelDataUrl },
        ExecutionRoleArn: RoleArn,
      }),
    );
    const ServerlessConfig = { MemorySizeInMB: 1024, MaxConcurrency: 1 };
    const ProductionVariants = [{ VariantName: 'all', ModelName: 'Whole-run', ServerlessConfig }];
    await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: 'config', ProductionVariants }));
    await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'config' }));
    await service.endpointsSettled();
    const runtime = new SageMakerRuntimeClient({ endpoint: service.runtime.endpoint, region: 'us-east-1', credentials });
    const rows = obviousRows(50, 9);
    const { Body } = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: 'live',
        ContentType: 'text/csv',
        Body: rows.map(({ features }) => features.map((value) => (Number.isNaN(value) ? '' : value)).join(',')).join('\n'),
      }),
    );
    runtime.destroy();
    const answers = Buffer.from(Body).toString().trim().split('\n').map(Number);
    const errors = answers.map((answer, index) => answer - (rows[index]?.label ?? NaN));
    expect(answers).toHaveLength(50);
    expect(Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / 50)).toBeLessThan(0.15);
  });

  test('fails a job with an unknown hyperparameter, and names it', async () => {
    expect(await run({ TrainingJobName: 'odd', HyperParameters: { num_round: '1', num_rounds: '1' } })).toMatchObject({
      TrainingJobStatus: 'Failed',
      SecondaryStatus: 'Failed',
      FailureReason: 'ClientError: Extraneous hyperparameter found: num_rounds, exit code: 2',
    });
  });

  test('fails a job whose data holds a text column, and names it', async () => {
    const texts = parquetWriteBuffer({
      columnData: [
        { name: 'label', data: [1, 2], type: 'DOUBLE' },
        { name: 'site', data: ['x', 'y'], type: 'STRING' },
      ],
    });
    await put('texts/one.parquet', new Uint8Array(texts));
    const job = await run({ TrainingJobName: 'texts', InputDataConfig: [channel('train', 's3://lake/texts/')] });
    expect(job.TrainingJobStatus).toBe('Failed');
    expect(job.FailureReason).toMatch(/^ClientError: Failed to load parquet data with exception:\n.*column site/);
  });

  test('fails a job whose channel holds no rows', async () => {
    await put('empty/one.parquet', parquetOf([]));
    const job = await run({ TrainingJobName: 'no-rows', InputDataConfig: [channel('train', 's3://lake/empty/')] });
    expect(job).toMatchObject({ TrainingJobStatus: 'Failed' });
    expect(job.FailureReason).toContain('No data in training channel path');
  });

  test('fails a job whose channel holds no objects, before any container runs', async () => {
    const job = await run({ TrainingJobName: 'no-objects', InputDataConfig: [channel('train', 's3://lake/nothing/')] });
    expect(job.FailureReason).toContain('No S3 objects found under S3 URL "s3://lake/nothing/"');
    expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual(['Starting', 'Downloading', 'Failed']);
  });

  test('stops a job in training: what was trained so far is kept', async () => {
    const request = trainingRequest({ TrainingJobName: 'stopped', HyperParameters: { num_round: '1000000' } });
    await sagemaker.send(new CreateTrainingJobCommand(request));
    await logged('stopped', '[0]#011train-rmse');
    await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stopped' }));
    expect((await describeJob('stopped')).TrainingJobStatus).toBe('Stopping');
    await service.jobEnded('stopped');
    const job = await describeJob('stopped');
    expect(job).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
    expect(job.FinalMetricDataList).toHaveLength(2);
    await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: 'models/stopped/output/model.tar.gz' }));
    await expect(sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stopped' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('stops a job that has not begun to train', async () => {
    await sagemaker.send(new CreateTrainingJobCommand(trainingRequest({ TrainingJobName: 'early' })));
    await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'early' }));
    await service.jobEnded('early');
    expect(await describeJob('early')).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
  });

  test('ends a job at its time limit', async () => {
    const job = await run({
      TrainingJobName: 'too-long',
      HyperParameters: { num_round: '1000000' },
      StoppingCondition: { MaxRuntimeInSeconds: 1 },
    });
    expect(job).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxRuntimeExceeded' });
  });

  test('lists jobs, the newest first, by page, status and part of the name', async () => {
    const all = await sagemaker.send(new ListTrainingJobsCommand({ MaxResults: 100 }));
    const names = all.TrainingJobSummaries?.map(({ TrainingJobName }) => TrainingJobName) ?? [];
    const page = await sagemaker.send(new ListTrainingJobsCommand({ MaxResults: 2 }));
    const next = await sagemaker.send(new ListTrainingJobsCommand({ MaxResults: 2, NextToken: page.NextToken }));
    expect(
      [...(page.TrainingJobSummaries ?? []), ...(next.TrainingJobSummaries ?? [])].map((job) => job.TrainingJobName),
    ).toEqual(names.slice(0, 4));
    const failed = await sagemaker.send(new ListTrainingJobsCommand({ StatusEquals: 'Failed', NameContains: 'no-' }));
    expect(failed.TrainingJobSummaries?.map(({ TrainingJobName }) => TrainingJobName)).toEqual(['no-objects', 'no-rows']);
    const byName = await sagemaker.send(new ListTrainingJobsCommand({ SortBy: 'Name', SortOrder: 'Ascending', MaxResults: 100 }));
    expect(byName.TrainingJobSummaries?.map(({ TrainingJobName }) => TrainingJobName)).toEqual([...names].sort());
    await expect(sagemaker.send(new ListTrainingJobsCommand({ WarmPoolStatusEquals: 'InUse' }))).rejects.toThrow(
      'WarmPoolStatusEquals of ListTrainingJobs',
    );
  });

  test('lists jobs by the time of their creation', async () => {
    const { TrainingJobSummaries: all = [] } = await sagemaker.send(new ListTrainingJobsCommand({ MaxResults: 100 }));
    const middle = all[3];
    const created = async (bounds: { CreationTimeAfter?: Date | undefined; CreationTimeBefore?: Date | undefined }) => {
      const { TrainingJobSummaries = [] } = await sagemaker.send(new ListTrainingJobsCommand({ MaxResults: 100, ...bounds }));
      return TrainingJobSummaries.map(({ TrainingJobName }) => TrainingJobName);
    };
    const names = all.map(({ TrainingJobName }) => TrainingJobName);
    expect(await created({ CreationTimeAfter: middle?.CreationTime })).toEqual(names.slice(0, 3));
    expect(await created({ CreationTimeBefore: middle?.CreationTime })).toEqual(names.slice(4));
  });

  test('does not know a job that was not created, nor other operations', async () => {
    await expect(describeJob('never')).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Requested resource not found.',
    });
    await expect(sagemaker.send(new ListEndpointsCommand({}))).rejects.toMatchObject({
      name: 'NotImplementedException',
      message: expect.stringContaining('SageMaker.ListEndpoints') as string,
    });
  });
});

test('closing ends the processes of running jobs', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'sagemaker-'));
  const s3Service = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
  await s3Service.store.put('lake', 'sets/train/a.parquet', parquetOf(obviousRows(100, 1)));
  await s3Service.store.put('lake', 'sets/validation/a.parquet', parquetOf(obviousRows(100, 2)));
  const service = await startSageMaker({
    directory: path.join(directory, 'jobs'),
    logDirectory: path.join(directory, 'logs'),
    s3Endpoint: s3Service.endpoint,
  });
  const sagemaker = new SageMakerClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  await sagemaker.send(new CreateTrainingJobCommand(trainingRequest({ HyperParameters: { num_round: '1000000' } })));
  await service.close();
  await service.jobEnded('job-1');
  sagemaker.destroy();
  await s3Service.close();
  await rm(directory, { recursive: true, force: true });
  await expect(fetch(service.endpoint)).rejects.toThrow();
});
