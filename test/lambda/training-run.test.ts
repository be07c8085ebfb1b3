import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  DescribeHyperParameterTuningJobCommand,
  DescribeModelPackageCommand,
  ListModelPackagesCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { domainNamed } from '../../domains';
import { handler as judgeModel } from '../../lambda/judge-model/handler';
import { handler as recordModel } from '../../lambda/record-model/handler';
import { handler as registerModel } from '../../lambda/register-model/handler';
import type { TrainingPlan } from '../../lambda/shared/training-plan';
import { handler as startTraining } from '../../lambda/start-training/handler';
import { handler as startTuning } from '../../lambda/start-tuning/handler';
import { startS3, type S3Service } from '../../local/aws/s3/service';
import type { JobFault } from '../../local/aws/sagemaker/job-faults';
import { startSageMaker, type SageMakerService } from '../../local/aws/sagemaker/service';
import { parquet } from './fixtures';

// Real training: a busy machine takes its time.
jest.setTimeout(60_000);

/** The functions from the start of a job to a registered model, as the state machine calls them, against S3 and SageMaker over the wire. */
describe('a training run', () => {
  const before = process.env;
  let environment: NodeJS.ProcessEnv;
  const { trainingSet } = domainNamed('turbofan');
  const group = { name: 'turbofan-test', arn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package-group/turbofan-test' };
  const faults = new Map<string, JobFault>();
  let directory: string;
  let s3: S3Service;
  let sagemaker: SageMakerService;
  let client: SageMakerClient;

  /** Rows whose features are multiples of a hidden value. @param noise share of the label that has nothing to do with them */
  const examples = (rows: number, noise: number): Uint8Array => {
    const hidden = Array.from({ length: rows }, (_, row) => (row * 7) % 50);
    const label = hidden.map((value, row) => (1 - noise) * value + noise * ((row * 31) % 50));
    const features = trainingSet.features.map((name, index) => [name, hidden.map((value) => value * (index + 1))] as const);
    return parquet({ [trainingSet.label]: label, ...Object.fromEntries(features) });
  };

  /** Lays a training set into the lake. @returns the answers of PlanTraining and InspectTrainingSet */
  async function trainingSetOf(jobName: string, noise = 0) {
    const folder = `training-sets/${jobName}/run/examples/`;
    const rows = { train: 300, validation: 100, test_devices: 60, test_time: 0 };
    await s3.store.put('lake', `${folder}split=train/1`, examples(rows.train, noise));
    await s3.store.put('lake', `${folder}split=validation/1`, examples(rows.validation, noise));
    await s3.store.put('lake', `${folder}split=test_devices/1`, examples(rows.test_devices, 0));
    const document = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
    await s3.store.put('lake', `training-sets/${jobName}/manifest.json`, document({ codeVersion: 'abc1234' }));
    await s3.store.put('lake', `training-sets/${jobName}/data-card.json`, document({ label: { range: { mean: 24.5 } } }));
    const plan: TrainingPlan = {
      status: 'ready',
      jobName,
      window: { start: '2026-11-13T10:00:00.000Z', end: '2026-11-20T10:00:00.000Z' },
      cutoff: '2026-11-20T10:11:00.000Z',
      revision: 1,
      examplesPrefix: `s3://lake/${folder}`,
      channels: { train: `s3://lake/${folder}split=train/`, validation: `s3://lake/${folder}split=validation/` },
      tests: ['test_devices'],
      manifestUri: `s3://lake/training-sets/${jobName}/manifest.json`,
      manifestHash: '0123456789abcdef',
      dataCardUri: `s3://lake/training-sets/${jobName}/data-card.json`,
      dataCardPageUri: `s3://lake/training-sets/${jobName}/data-card.html`,
      countsPrefix: `s3://lake/training-sets/${jobName}/run/counts/`,
      inputsPrefix: `s3://lake/training-sets/${jobName}/run/inputs/`,
    };
    return { plan, card: { status: 'passed', forced: false, reason: '', rows, contentHash: '5f3a' } };
  }

  /** Trains and records, as far as the workflow's loop around them. */
  async function train(set: Awaited<ReturnType<typeof trainingSetOf>>, onDemand = false) {
    const capacity = { onDemand };
    const started = await startTraining({ ...set, capacity, force: false });
    await sagemaker.jobEnded(started.jobName);
    return { ...set, started, record: await recordModel({ jobName: started.jobName, ...set, started, capacity }) };
  }

  async function judgeAndRegister(trained: Awaited<ReturnType<typeof train>>) {
    const verdict = await judgeModel(trained);
    return { verdict, registered: await registerModel({ ...trained, verdict }) };
  }

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'training-run-'));
    s3 = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    sagemaker = await startSageMaker({
      directory: path.join(directory, 'jobs'),
      logDirectory: path.join(directory, 'logs'),
      s3Endpoint: s3.endpoint,
      modelPackageGroups: [group],
      jobFaults: ({ name }) => faults.get(name),
    });
    environment = {
      ...before,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SAGEMAKER: sagemaker.endpoint,
      DOMAIN: 'turbofan',
      LAKE_BUCKET: 'lake',
      MODEL_PREFIX: 'models/',
      RECORD_PREFIX: 'models/records/',
      MODEL_PACKAGE_GROUP: group.name,
      APPROVAL: 'automatic',
      TOLERANCE: '0',
      PIPELINE: 'turbofan',
      TRAINING_IMAGE: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0',
      TRAINING_ROLE_ARN: 'arn:aws:iam::000000000000:role/training',
      INSTANCE_TYPE: 'ml.m5.xlarge',
      INSTANCE_COUNT: '1',
      VOLUME_SIZE_GIB: '10',
      MAX_RUNTIME_SECONDS: '600',
      USE_SPOT: 'true',
      MAX_WAIT_SECONDS: '1200',
      MAX_ATTEMPTS: '2',
      JOB_TAGS: '{"stage":"test"}',
      MAX_JOBS_PER_DAY: '10',
      MAX_HOURS_PER_DAY: '24',
      JOB_NAME_PREFIX: 'turbofan',
    };
    process.env = environment;
    client = new SageMakerClient({});
  });
  beforeEach(() => {
    process.env = { ...environment };
  });
  afterAll(async () => {
    process.env = before;
    client.destroy();
    await sagemaker.close();
    await s3.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('ends with a model that is approved and can name its data; a worse one after it is kept, and rejected', async () => {
    const set = await trainingSetOf('turbofan-a');
    const first = await train(set);
    expect(first.record).toMatchObject({ outcome: 'trained', spot: true, inspected: { cutoff: set.plan.cutoff } });
    const { verdict, registered } = await judgeAndRegister(first);
    expect(verdict).toMatchObject({ verdict: 'first', approval: 'Approved', metric: 'rmse' });
    expect(verdict.candidate).toBeLessThan(5);
    expect(verdict.baseline).toBeGreaterThan(10);
    expect(registered).toMatchObject({ version: 1, approval: 'Approved', created: true });
    const described = await client.send(new DescribeModelPackageCommand({ ModelPackageName: registered.modelPackageArn }));
    expect(described).toMatchObject({
      ModelApprovalStatus: 'Approved',
      ApprovalDescription: verdict.reason,
      InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://lake/models/turbofan-a/output/model.tar.gz' }] },
      MetadataProperties: { GeneratedBy: first.record.jobArn },
      CustomerMetadataProperties: {
        'job-name': 'turbofan-a',
        'code-version': 'abc1234',
        'manifest-sha256': '0123456789abcdef',
        'content-hash': '5f3a',
        rmse: String(verdict.candidate),
      },
    });

    const again = await train(set);
    expect(again.started).toMatchObject({ jobName: 'turbofan-a', started: false });
    const repeated = await judgeAndRegister(again);
    expect(repeated.verdict).toEqual(verdict);
    expect(repeated.registered).toEqual({ ...registered, created: false });

    const worse = await judgeAndRegister(await train(await trainingSetOf('turbofan-b', 0.5)));
    expect(worse.verdict).toMatchObject({ verdict: 'worse', current: { version: 1, value: verdict.candidate } });
    expect(worse.verdict.reason).toMatch(/^RMSE [\d.]+ on 60 test rows: worse than version 1, which is in use, [\d.]+; baseline/);
    expect(worse.registered).toMatchObject({ version: 2, approval: 'Rejected', created: true });
    const approved = { ModelPackageGroupName: group.name, ModelApprovalStatus: 'Approved' } as const;
    const { ModelPackageSummaryList: inUse } = await client.send(new ListModelPackagesCommand(approved));
    expect(inUse).toMatchObject([{ ModelPackageVersion: 1 }]);
  });

  test('trains, after a tuning job, exactly as the best of its jobs did, and the registry says how', async () => {
    Object.assign(process.env, {
      TUNING_NAME_PREFIX: 'tune',
      TUNING_JOBS: '2',
      PARALLEL_TUNING_JOBS: '1',
      TRIAL_PREFIX: 'trials/',
    });
    const set = await trainingSetOf('turbofan-t');
    const event = { ...set, capacity: { onDemand: false }, force: false };
    const { tuningJobName, started: isNew } = await startTuning(event);
    expect({ tuningJobName, isNew }).toEqual({ tuningJobName: 'tune-01234567', isNew: true });
    await sagemaker.tuningJobEnded(tuningJobName);
    expect(await startTuning(event)).toMatchObject({ tuningJobName, started: false });

    const described = new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: tuningJobName });
    const { BestTrainingJob: best } = await client.send(described);
    const tuned = { tuningJobName, hyperparameters: best?.TunedHyperParameters ?? {} };
    expect(Object.keys(tuned.hyperparameters).sort()).toEqual(Object.keys(trainingSet.tuning?.ranges ?? {}).sort());
    const started = await startTraining({ ...event, tuned });
    await sagemaker.jobEnded(started.jobName);
    const record = await recordModel({ jobName: started.jobName, ...set, started, capacity: event.capacity, tuned });
    expect(record.objective.value).toBe(best?.FinalHyperParameterTuningJobObjectiveMetric?.Value);
    const bytes = (key: string) => readFile(path.join(directory, 's3', 'lake', key));
    const trial = await bytes(`trials/turbofan-t/${best?.TrainingJobName}/output/model.tar.gz`);
    expect((await bytes('models/turbofan-t/output/model.tar.gz')).equals(trial)).toBe(true);

    const { registered } = await judgeAndRegister({ ...set, started, record });
    const version = new DescribeModelPackageCommand({ ModelPackageName: registered.modelPackageArn });
    expect((await client.send(version)).CustomerMetadataProperties).toMatchObject({
      'tuning-job': tuningJobName,
      'tuned-eta': tuned.hyperparameters['eta'],
    });
  });

  test('goes on without spot capacity when there is none', async () => {
    faults.set('turbofan-c', { kind: 'max-wait-time-exceeded' });
    const set = await trainingSetOf('turbofan-c');
    const { record } = await train(set);
    expect(record).toMatchObject({ outcome: 'no-spot', status: 'Stopped', spot: true });
    expect(record.failureReason).toContain('waited for spot capacity, and ran, longer than it may, 1200 seconds');
    const second = await train(set, true);
    expect(second.started).toMatchObject({ jobName: 'turbofan-c-2', started: true, onDemand: true });
    expect(second.record).toMatchObject({ outcome: 'trained', spot: false });
  });

  test('starts another attempt after a job that failed', async () => {
    faults.set('turbofan-d', { kind: 'failed', reason: 'InternalServerError: We encountered an internal error.' });
    const set = await trainingSetOf('turbofan-d');
    expect((await train(set)).record).toMatchObject({
      outcome: 'failed',
      failureReason: expect.stringContaining('InternalServerError') as string,
    });
    expect((await train(set)).record).toMatchObject({ jobName: 'turbofan-d-2', outcome: 'trained' });
  });

  test('is held back when the budget of the day is used up, unless a person starts it', async () => {
    Object.assign(process.env, { MAX_JOBS_PER_DAY: '1', MAX_HOURS_PER_DAY: '24', JOB_NAME_PREFIX: 'turbofan-e' });
    await train(await trainingSetOf('turbofan-e-first'));
    const event = { ...(await trainingSetOf('turbofan-e-second')), capacity: { onDemand: false }, force: false };
    await expect(startTraining(event)).rejects.toMatchObject({
      name: 'BudgetExceeded',
      message: '1 training jobs were started within 24 hours, 1 are allowed; start the run with force to train nevertheless',
    });
    expect(await startTraining({ ...event, force: true })).toMatchObject({ jobName: 'turbofan-e-second', started: true });
    await sagemaker.jobEnded('turbofan-e-second');
  });

  test('fails with the message of SageMaker when the request is not taken', async () => {
    process.env.MAX_ATTEMPTS = '31';
    const set = await trainingSetOf('turbofan-f');
    await expect(startTraining({ ...set, capacity: { onDemand: false }, force: false })).rejects.toMatchObject({
      name: 'TrainingRequestInvalid',
      message: 'CreateTrainingJob turbofan-f: RetryStrategy.MaximumRetryAttempts 31 is above the limit of 30',
    });
  });

  test('names the variable that an environment lacks, or cannot be', async () => {
    process.env.TOLERANCE = '2';
    await expect(judgeModel({})).rejects.toThrow('TOLERANCE is "2": must be a share, from 0 on and below 1');
    process.env.APPROVAL = 'perhaps';
    await expect(judgeModel({})).rejects.toThrow('APPROVAL must be automatic or manual');
    delete process.env.MODEL_PACKAGE_GROUP;
    await expect(judgeModel({})).rejects.toThrow('environment variable MODEL_PACKAGE_GROUP is not set');
    await expect(registerModel({})).rejects.toThrow('environment variable MODEL_PACKAGE_GROUP is not set');
  });
});
