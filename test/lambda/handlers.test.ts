import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { domainNamed } from '../../domains';
import { handler as planTraining } from '../../lambda/plan-training/handler';
import { handler as recordModel } from '../../lambda/record-model/handler';
import { handler as startTraining } from '../../lambda/start-training/handler';
import { startS3, type S3Service } from '../../local/aws/s3/service';
import { startSageMaker, type SageMakerService } from '../../local/aws/sagemaker/service';
import { parquet } from './fixtures';

// Real training: a busy machine takes its time.
jest.setTimeout(60_000);

/** The three functions, as the state machine calls them, against S3 and SageMaker over the wire. */
describe('the training functions', () => {
  const before = process.env;
  const { trainingSet, tables } = domainNamed('turbofan');
  let directory: string;
  let s3: S3Service;
  let sagemaker: SageMakerService;

  /** What the query would write: each feature a multiple of the label, so that it can be learnt. */
  const channel = (rows: number): Uint8Array => {
    const label = Array.from({ length: rows }, (_, row) => (row * 7) % 50);
    const features = trainingSet.features.map((name, index) => [name, label.map((value) => value * (index + 1))] as const);
    return parquet({ [trainingSet.label]: label, ...Object.fromEntries(features) });
  };

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'lambda-'));
    s3 = await startS3({ directory: path.join(directory, 's3'), buckets: ['lake'] });
    sagemaker = await startSageMaker({
      directory: path.join(directory, 'jobs'),
      logDirectory: path.join(directory, 'logs'),
      s3Endpoint: s3.endpoint,
    });
    process.env = {
      ...before,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SAGEMAKER: sagemaker.endpoint,
      DOMAIN: 'turbofan',
      LAKE_BUCKET: 'lake',
      TABLE_PREFIXES: JSON.stringify(Object.fromEntries(Object.keys(tables).map((table) => [table, `tables/${table}/`]))),
      TRAINING_SET_PREFIX: 'training-sets/',
      JOB_NAME_PREFIX: 'turbofan-test',
      ALLOWED_LATENESS_SECONDS: '3600',
      DELIVERY_BUFFER_SECONDS: '60',
      MODEL_PREFIX: 'models/',
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
      SUBNET_IDS: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
      SECURITY_GROUP_ID: 'sg-0123456789abcdef0',
      KMS_KEY_ARN: 'arn:aws:kms:us-east-1:000000000000:key/k',
      RECORD_PREFIX: 'models/records/',
    };
  });
  afterAll(async () => {
    process.env = before;
    await sagemaker.close();
    await s3.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('plan, start once, and record a model', async () => {
    const event = { scheduledTime: '2026-11-20T12:30:00Z', executionName: 'run-1' };
    expect(await planTraining(event)).toMatchObject({ status: 'nothing-to-train' });

    await s3.store.put('lake', `tables/${Object.keys(tables)[0] ?? ''}/date=2026-11-20/a.parquet`, channel(10));
    const plan = await planTraining(event);
    if (plan.status !== 'ready') {
      throw new Error(plan.reason);
    }
    expect(Buffer.byteLength(JSON.stringify(plan))).toBeLessThan(64 * 1024);
    await expect(startTraining(plan)).rejects.toMatchObject({ name: 'TrainingSetEmpty' });

    const key = (uri: string): string => uri.replace('s3://lake/', '');
    await s3.store.put('lake', `${key(plan.trainingSet.train)}1.parquet`, channel(300));
    await s3.store.put('lake', `${key(plan.trainingSet.validation)}1.parquet`, channel(100));
    const started = await startTraining(plan);
    expect(started).toEqual({ jobName: plan.jobName, started: true, rows: { train: 300, validation: 100 } });
    expect(await startTraining(plan)).toEqual({ ...started, started: false });
    await expect(
      recordModel({ jobName: plan.jobName, plan, rows: started.rows, started: started.started }),
    ).rejects.toMatchObject({
      name: 'TrainingNotEnded',
    });

    await sagemaker.jobEnded(plan.jobName);
    const record = await recordModel({ jobName: plan.jobName, plan, rows: started.rows, started: started.started });
    expect(record).toMatchObject({ status: 'Completed', trainingSet: plan.trainingSet, manifestUri: plan.manifestUri });
    expect(record.objective.value).toBeLessThan(3);
    expect(record.modelUri).toBe(`s3://lake/models/${plan.jobName}/output/model.tar.gz`);
    const stored = (await s3.store.list('lake', {})).objects.map((object) => object.key);
    expect(stored).toEqual(
      expect.arrayContaining([
        `training-sets/${plan.jobName}/manifest.json`,
        `models/${plan.jobName}/output/model.tar.gz`,
        `models/records/${plan.jobName}.json`,
      ]),
    );
  });

  test('name the variable that their environment lacks', async () => {
    delete process.env.LAKE_BUCKET;
    const event = { scheduledTime: '2026-11-20T12:30:00Z', executionName: 'run-1' };
    await expect(planTraining(event)).rejects.toThrow('environment variable LAKE_BUCKET is not set');
    await expect(startTraining({})).rejects.toThrow('environment variable LAKE_BUCKET is not set');
    await expect(recordModel({})).rejects.toThrow('environment variable LAKE_BUCKET is not set');
  });
});
