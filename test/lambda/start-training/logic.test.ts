import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { parseStartTrainingConfig, type StartTrainingConfig } from '../../../lambda/start-training/config';
import { startTraining, type StartedTraining } from '../../../lambda/start-training/logic';
import { domain, MemoryLake, parquet, plan } from '../fixtures';

const environment = {
  DOMAIN: 'pumps',
  LAKE_BUCKET: 'lake',
  MODEL_PREFIX: 'models/',
  TRAINING_IMAGE: '1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0',
  TRAINING_ROLE_ARN: 'arn:aws:iam::1:role/training',
  INSTANCE_TYPE: 'ml.m5.xlarge',
  INSTANCE_COUNT: '1',
  VOLUME_SIZE_GIB: '10',
  MAX_RUNTIME_SECONDS: '3600',
  USE_SPOT: 'false',
  MAX_WAIT_SECONDS: '7200',
  MAX_ATTEMPTS: '3',
  JOB_TAGS: '{"stage":"test","domain":"overridden"}',
  KMS_KEY_ARN: 'arn:aws:kms:eu-west-1:1:key/k',
};
const network = { SUBNET_IDS: 'subnet-1,subnet-2', SECURITY_GROUP_ID: 'sg-1' };
const config = parseStartTrainingConfig(environment, () => domain);
const good = parquet({ label: [1, 2, 3], flow: [1, 2, 3], speed: [4, 5, 6] });

function lakeWithSet(): MemoryLake {
  return new MemoryLake()
    .put('sets/job/run/examples/split=train/1', good)
    .put('sets/job/run/examples/split=train/2', good)
    .put('sets/job/run/examples/split=validation/1', good);
}

function start(
  lake: MemoryLake,
  { using = config, failing }: { using?: StartTrainingConfig; failing?: Error } = {},
): { readonly requests: CreateTrainingJobRequest[]; readonly answer: Promise<StartedTraining> } {
  const requests: CreateTrainingJobRequest[] = [];
  const create = async (request: CreateTrainingJobRequest): Promise<void> => {
    requests.push(request);
    if (failing !== undefined) {
      throw failing;
    }
  };
  return { requests, answer: startTraining(lake, create, using, plan) };
}

const named = (name: string): Error => Object.assign(new Error(`${name} it is`), { name });

describe('starting a training job', () => {
  test('counts the rows of each channel and starts the job', async () => {
    const { answer, requests } = start(lakeWithSet());
    expect(await answer).toEqual({ jobName: plan.jobName, started: true, rows: { train: 6, validation: 3 } });
    expect(requests).toEqual([
      {
        TrainingJobName: plan.jobName,
        AlgorithmSpecification: { TrainingImage: environment.TRAINING_IMAGE, TrainingInputMode: 'File' },
        RoleArn: environment.TRAINING_ROLE_ARN,
        HyperParameters: { objective: 'reg:squarederror', num_round: '5' },
        InputDataConfig: (['train', 'validation'] as const).map((name) => ({
          ChannelName: name,
          ContentType: 'application/x-parquet',
          DataSource: {
            S3DataSource: { S3DataType: 'S3Prefix', S3Uri: plan.trainingSet[name], S3DataDistributionType: 'FullyReplicated' },
          },
        })),
        OutputDataConfig: { S3OutputPath: 's3://lake/models', KmsKeyId: environment.KMS_KEY_ARN },
        ResourceConfig: {
          InstanceType: 'ml.m5.xlarge',
          InstanceCount: 1,
          VolumeSizeInGB: 10,
          VolumeKmsKeyId: environment.KMS_KEY_ARN,
        },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 },
        RetryStrategy: { MaximumRetryAttempts: 3 },
        EnableNetworkIsolation: true,
        EnableInterContainerTrafficEncryption: false,
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

  test('names no key when AWS has them', async () => {
    const { KMS_KEY_ARN, ...withoutKey } = environment;
    expect(KMS_KEY_ARN).toBeDefined();
    const { answer, requests } = start(lakeWithSet(), { using: parseStartTrainingConfig(withoutKey, () => domain) });
    await answer;
    expect(requests[0]?.OutputDataConfig).toEqual({ S3OutputPath: 's3://lake/models' });
    expect(requests[0]?.ResourceConfig).not.toHaveProperty('VolumeKmsKeyId');
  });

  test('asks for no key for disks that the instance has of its own', async () => {
    const using = parseStartTrainingConfig({ ...environment, INSTANCE_TYPE: 'ml.m5d.large' }, () => domain);
    const { answer, requests } = start(lakeWithSet(), { using });
    await answer;
    expect(requests[0]?.ResourceConfig).not.toHaveProperty('VolumeKmsKeyId');
    expect(requests[0]?.OutputDataConfig).toMatchObject({ KmsKeyId: environment.KMS_KEY_ARN });
  });

  test('trains in the network that it is given, and in none otherwise', async () => {
    const inside = start(lakeWithSet(), { using: parseStartTrainingConfig({ ...environment, ...network }, () => domain) });
    const outside = start(lakeWithSet());
    await Promise.all([inside.answer, outside.answer]);
    expect(inside.requests[0]?.VpcConfig).toEqual({ Subnets: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] });
    expect(outside.requests[0]).not.toHaveProperty('VpcConfig');
  });

  test('trains on spot capacity with checkpoints and a longer wait', async () => {
    const using = parseStartTrainingConfig({ ...environment, USE_SPOT: 'true' }, () => domain);
    const { answer, requests } = start(lakeWithSet(), { using });
    await answer;
    expect(requests[0]).toMatchObject({
      EnableManagedSpotTraining: true,
      CheckpointConfig: { S3Uri: `s3://lake/models/${plan.jobName}/checkpoints/` },
      StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
    });
  });

  test('shares the files to train on among several instances, and gives each all validation rows', async () => {
    const using = parseStartTrainingConfig({ ...environment, INSTANCE_COUNT: '3' }, () => domain);
    const { answer, requests } = start(lakeWithSet(), { using });
    await answer;
    const distribution = requests[0]?.InputDataConfig?.map((each) => each.DataSource?.S3DataSource?.S3DataDistributionType);
    expect(distribution).toEqual(['ShardedByS3Key', 'FullyReplicated']);
    expect(requests[0]?.EnableInterContainerTrafficEncryption).toBe(true);
  });

  test('answers the same when the job is there already', async () => {
    const { answer } = start(lakeWithSet(), { failing: named('ResourceInUse') });
    expect(await answer).toEqual({ jobName: plan.jobName, started: false, rows: { train: 6, validation: 3 } });
  });

  test('refuses to balance classes, for it does not know how many there are', async () => {
    const using = { ...config, domain: { ...domain, trainingSet: { ...domain.trainingSet, classBalance: 'balanced' as const } } };
    await expect(start(lakeWithSet(), { using }).answer).rejects.toMatchObject({
      name: 'TrainingInputInvalid',
      message: expect.stringContaining("classBalance 'balanced' of domain pumps is not supported") as string,
    });
  });

  test.each([
    ['ResourceLimitExceeded', 'ResourceLimitExceeded'],
    ['ThrottlingException', 'ThrottlingException'],
    ['TooManyRequestsException', 'ThrottlingException'],
    ['AccessDeniedException', 'AccessDeniedException'],
  ])('ends with %s as %s', async (given, name) => {
    await expect(start(lakeWithSet(), { failing: named(given) }).answer).rejects.toMatchObject({ name });
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
    await expect(startTraining(lakeWithSet(), async () => undefined, config, elsewhere)).rejects.toThrow(
      'no folder of bucket lake',
    );
  });
});

describe('the configuration of the start function', () => {
  test.each([
    [{ MAX_WAIT_SECONDS: '60', USE_SPOT: 'true' }, 'MAX_WAIT_SECONDS is 60: must be at least MAX_RUNTIME_SECONDS'],
    [{ USE_SPOT: 'yes' }, 'USE_SPOT must be true or false'],
    [{ INSTANCE_COUNT: '0' }, 'INSTANCE_COUNT'],
    [{ MODEL_PREFIX: 'models' }, 'MODEL_PREFIX'],
    [{ KMS_KEY_ARN: '' }, 'KMS_KEY_ARN'],
    [{ SUBNET_IDS: 'subnet-1' }, 'SECURITY_GROUP_ID is not set'],
    [{ ...network, SUBNET_IDS: '' }, 'SUBNET_IDS is not set'],
    [{ MAX_ATTEMPTS: '0' }, 'MAX_ATTEMPTS'],
    [{ JOB_TAGS: '[1]' }, 'JOB_TAGS must be a JSON object of texts'],
  ])('is refused with %j', (change, message) => {
    expect(() => parseStartTrainingConfig({ ...environment, ...change }, () => domain)).toThrow(message);
  });
});
